import { describe, expect, it } from 'vitest';
import { answerAt, changeForms, changesOf, cutPlaces, fieldsOf, type ChangeAnswers } from '../src/model/change-forms';

const answers: ChangeAnswers = {
  partner: 'p', card: ' c ', role: 'member', node: 'n', signerLine: 'line', signer: 's', records: 'stay', predecessor: 'q', from: '',
};
const form = (code: string) => changeForms.find((one) => one.code === code)!;

describe('changes of the charter', () => {
  it('are asked for in one proposal where they belong together', () => {
    expect(fieldsOf(form('partners_merged'))).toEqual(['partner', 'predecessor', 'records']);
    expect(changesOf(form('partners_merged'), answers)).toEqual([
      { code: 'successor_changed', partner: 'p', predecessor: 'q' }, { code: 'partner_left', partner: 'q', records: 'stay' },
    ]);
    expect(changesOf(form('signer_replaced'), answers)).toEqual([{ code: 'signer_removed', key: 's' }, { code: 'signer_added', line: 'line' }]);
  });

  it('name the first entries that must not count', () => {
    const log = 'ab'.repeat(32);
    expect(cutPlaces(`\n ${log.toUpperCase()}:7 \n`)).toEqual([{ log, sequence: 7 }]);
    for (const wrong of [`${log}`, `${log}:0`, 'abc:1', `${log}:1 ${log}:2`]) expect(cutPlaces(wrong)).toBeNull();
    expect(changesOf(form('node_revoked'), { ...answers, from: `${log}:7` })).toEqual([
      { code: 'node_revoked', key: 'n', from: [{ log, sequence: 7 }] },
    ]);
    expect(changesOf(form('node_retired'), answers)).toEqual([{ code: 'node_retired', key: 'n', from: [] }]);
  });

  it('lead a refusal to the answer that it is about', () => {
    expect(answerAt(form('partners_merged'), 'changes[1].partner')).toBe('predecessor');
    expect(answerAt(form('node_revoked'), 'changes[0].from[0].log')).toBe('from');
    expect(answerAt(form('node_revoked'), 'passphrase')).toBeUndefined();
  });
});
