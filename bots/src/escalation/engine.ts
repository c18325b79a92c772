/** Identity of this engine. */
export const escalationEngine = {
  name: 'escalation',
  version: '1.0.0',
  display: 'MindBridge escalation ladder',
} as const;
