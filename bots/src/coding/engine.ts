/** Identity of this engine; a change of a rule or of the curated table is a new version. */
export const codingEngine = { name: 'coding-embedded', version: '1.0.0', display: 'MindBridge coding engine' } as const;
