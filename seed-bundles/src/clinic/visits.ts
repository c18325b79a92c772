import type { Appointment, BundleEntry, Encounter, Reference } from '@medplum/fhirtypes';
import { standardSystem } from '@mindbridge/fhir-profiles';
import type { ChartContext } from './chart-context.ts';
import { clinicInstant, workdayAgo } from './clinic-day.ts';
import { prng } from './prng.ts';
import { seedEntry, seedIdentifier } from './seed-entry.ts';

const visitMinutes = 50;
/** One patient of so many is expected on the clinic's day itself, one after the other. */
const dayEvery = 20;

/** When a visit is, and how it is found again. */
interface Visit {
  readonly key: string;
  /** Days before the clinic's day; negative in the future. */
  readonly days: number;
  /** Minutes after the clinic's midnight. */
  readonly minutes: number;
}

function appointment(context: ChartContext, visit: Visit, status: Appointment['status']): Appointment {
  const { plan, clinic, patient, physician } = context;
  return {
    resourceType: 'Appointment',
    identifier: [seedIdentifier(`${plan.number}-${visit.key}`)],
    status,
    description: 'Medication management and therapy',
    start: clinicInstant(clinic, visit.days, visit.minutes),
    end: clinicInstant(clinic, visit.days, visit.minutes + visitMinutes),
    minutesDuration: visitMinutes,
    participant: [
      { actor: patient, required: 'required', status: 'accepted' },
      { actor: physician as Reference<never>, required: 'required', status: 'accepted' },
    ],
  };
}

function encounter(context: ChartContext, visit: Visit): Encounter {
  const { plan, clinic, references, patient, physician } = context;
  return {
    resourceType: 'Encounter',
    identifier: [seedIdentifier(`${plan.number}-${visit.key}`)],
    status: 'finished',
    class: { system: standardSystem.actCode, code: 'AMB', display: 'ambulatory' },
    type: [{ text: 'Outpatient behavioral health visit' }],
    subject: patient,
    participant: [{ individual: physician as Reference<never> }],
    period: {
      start: clinicInstant(clinic, visit.days, visit.minutes),
      end: clinicInstant(clinic, visit.days, visit.minutes + visitMinutes),
    },
    serviceProvider: { reference: references.organization },
    location: [{ location: { reference: references.location } }],
  };
}

/** Appointments that were not kept: the planned number, all within the last twelve weeks. */
function missedAppointments(context: ChartContext): Appointment[] {
  const random = prng(`${context.plan.number} missed`);
  const weeks = random.shuffled(Array.from({ length: 11 }, (_, index) => index));
  return weeks.slice(0, context.plan.facts.missed).map((week, index) => {
    const days = workdayAgo(context.clinic, 2 + week * 7 + random.integer(0, 3));
    const minutes = 60 * random.integer(9, 15) + random.pick([0, 30]);
    return appointment(context, { key: `missed-${index + 1}`, days, minutes }, 'noshow');
  });
}

/** Visits that were kept: the last one on the planned day, older ones four to six weeks apart. */
function keptVisits(context: ChartContext): Visit[] {
  const random = prng(`${context.plan.number} visits`);
  const count = random.integer(2, 4);
  const visits: Visit[] = [];
  let days = context.plan.facts.daysSinceSeen;
  for (let index = 0; index < count; index += 1) {
    visits.push({ key: `visit-${index + 1}`, days, minutes: 60 * random.integer(9, 15) + random.pick([0, 30]) });
    days = workdayAgo(context.clinic, days + random.integer(28, 42));
  }
  return visits;
}

/** The next appointment, which patients at high risk do not have; some have it today. */
function nextAppointment(context: ChartContext): Appointment[] {
  const place = Number(context.plan.number.slice(1));
  if (context.plan.band !== 'high' && place % dayEvery === 0) {
    const minutes = 9 * 60 + (place / dayEvery - 1) * visitMinutes;
    return [appointment(context, { key: 'next', days: 0, minutes }, 'booked')];
  }
  const random = prng(`${context.plan.number} next`);
  if (context.plan.band === 'high' || random.next() < 0.35) {
    return [];
  }
  const days = workdayAgo(context.clinic, -random.integer(4, 24));
  return [appointment(context, { key: 'next', days, minutes: 60 * random.integer(9, 15) }, 'booked')];
}

/** Encounters and Appointments of one patient. */
export function visitEntries(context: ChartContext): BundleEntry[] {
  const kept = keptVisits(context);
  return [
    ...kept.map((visit) => encounter(context, visit)),
    ...kept.map((visit) => appointment(context, { ...visit, key: `${visit.key}-appointment` }, 'fulfilled')),
    ...missedAppointments(context),
    ...nextAppointment(context),
  ].map(seedEntry);
}
