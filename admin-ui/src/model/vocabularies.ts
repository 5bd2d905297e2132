// Under which prefix the catalogues have the labels of each code list of the API.
export const labelPrefixes: Record<string, string> = {
  kinds: 'kind', visibilities: 'visibility', licences: 'licence', translations: 'translationMode', themes: 'theme',
  targetGroups: 'targetGroup', audiences: 'targetGroup', eventAudiences: 'targetGroup', levels: 'level',
  practiceStatus: 'practiceStatus', evidence: 'evidence', conditions: 'condition', costPer: 'costPer',
  participation: 'participation', indicators: 'indicator', partnerRoles: 'partnerRole', resultUnits: 'unit',
  eventTypes: 'eventType', eventPhases: 'phase', eventStatus: 'eventStatus', eventModes: 'mode',
  accessibility: 'accessibility', feeCodes: 'fee', orgTypes: 'orgType', contactTypes: 'contactType',
  contactRoles: 'contactRole', legalBases: 'legalBasis', dataSources: 'sourceOfData', responseTypes: 'responseType',
  adoptionStages: 'stage', dropReasons: 'dropReason', translationModes: 'translationMode',
  assessmentCriteria: 'criterion', verdicts: 'verdict', withdrawalReasons: 'withdrawnReason',
};

/** Lists whose codes are names already, or which the browser names in each language. */
export const ownNames = new Set([
  'countries', 'currencies', 'languages', 'timezones', 'cefr', 'identifierSchemes', 'assessmentTemplates', 'scores',
]);
