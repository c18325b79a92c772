import { describe, expect, it } from 'vitest';
import { filteredCriteria, foreignFilters, topics } from './topics.ts';

const topic = topics.get('https://mindbridge.health/fhir/SubscriptionTopic/care-alert');

describe('topics over several types', () => {
  it('a filter with a type narrows its own trigger, one without a type all of them', () => {
    const filters = ['Task?owner=Practitioner/1', 'patient=Patient/2'];
    expect(topic?.triggers.map((trigger) => filteredCriteria(trigger, filters))).toEqual([
      'Flag?status=active&patient=Patient/2',
      'RiskAssessment?patient=Patient/2',
      expect.stringMatching(/^Task\?code=.*&status=requested&owner=Practitioner\/1&patient=Patient\/2$/),
    ]);
  });

  it('names what the topic does not offer', () => {
    const asked = [
      'patient=Patient/2',
      'owner=Practitioner/1',
      'Task?owner=Practitioner/1',
      'Patient?name=x',
      'Flag?code=x',
    ];
    expect(topic && foreignFilters(topic, asked)).toEqual(['owner', 'Patient?name=x', 'code']);
  });
});
