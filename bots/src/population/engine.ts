/** Identity of this engine. */
export const populationEngine = {
  name: 'population',
  version: '1.0.0',
  display: 'MindBridge population count',
} as const;
