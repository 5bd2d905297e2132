// Assessments of one record, put beside each other. Pure.
import type { CatalogueRecord } from '../api/types';
import { rowsOf, textOf, type Row } from './values';

export interface AssessmentTable {
  template: string;
  /** The oldest first: its column stays where it is when another comes. */
  assessments: CatalogueRecord[];
  /** For each criterion what each assessment says of it. */
  lines: { criterion: string; scores: (Row | undefined)[] }[];
}

const scoresOf = (assessment: CatalogueRecord): Row[] => rowsOf(assessment.content?.['scores'] ?? []);

export function assessmentTables(responses: readonly CatalogueRecord[]): AssessmentTable[] {
  const all = responses
    .filter(({ content }) => content?.['type'] === 'assessment')
    .sort((a, b) => (a.created ?? '').localeCompare(b.created ?? ''));
  const templates = [...new Set(all.map(({ content }) => textOf(content?.['template'])))];
  return templates.map((template) => {
    const assessments = all.filter(({ content }) => textOf(content?.['template']) === template);
    const criteria = [...new Set(assessments.flatMap(scoresOf).map((row) => textOf(row['criterion'])))];
    const lines = criteria.map((criterion) => ({
      criterion,
      scores: assessments.map((one) => scoresOf(one).find((row) => textOf(row['criterion']) === criterion)),
    }));
    return { template, assessments, lines };
  });
}
