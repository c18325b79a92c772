import type { Bundle, Patient, Practitioner, Task } from '@medplum/fhirtypes';
import { useState } from 'react';
import type { Me, Outreach, OutreachForm, Problem, WorkStatus } from '../../client/index.ts';
import {
  createDrafts,
  newOutreachTask,
  outreachTransaction,
  problemOf,
  useMe,
  useMedplum,
  withWorkStatus,
} from '../../client/index.ts';
import { announce } from '../../ui/index.ts';
import type { PatientRisk } from './use-patient-risk.ts';

/** The form before anything was entered: what the Task already says. */
export function formOf(outreach: Outreach | undefined): OutreachForm {
  const outcome = outreach?.open ? outreach.outcome : undefined;
  return {
    contacted: outcome?.contacted ?? false,
    scheduled: outcome?.appointment !== undefined,
    appointment: outcome?.appointment,
    crisisTeam: outcome?.crisisTeam ?? false,
    note: '',
  };
}

/** Whether anything was entered that saving would keep. */
export function isFilledIn(form: OutreachForm): boolean {
  return form.contacted || form.scheduled || form.crisisTeam || form.note.trim() !== '';
}

/** What keeps a form from being saved, at its field; empty when nothing does. */
export function formError(form: OutreachForm): string {
  return form.scheduled && !form.appointment ? 'Choose the date and time of the appointment' : '';
}

/** The outreach form with its commands. */
export interface OutreachFormState {
  readonly form: OutreachForm;
  readonly change: (part: Partial<OutreachForm>) => void;
  readonly saving: boolean;
  readonly problem?: Problem;
  /** Somebody else changed the Task after this form was begun; what was entered is still here. */
  readonly changedMeanwhile: boolean;
  /** Goes on from the newer version, keeping what was entered. */
  readonly adopt: () => void;
  readonly save: () => Promise<void>;
  readonly setStatus: (status: Exclude<WorkStatus, 'none'>) => Promise<void>;
}

/** The part of the risk page that the form writes about. */
type Subject = Pick<PatientRisk, 'patient' | 'task' | 'outreach' | 'latest' | 'reload'>;

function contextOf(subject: Subject, me: Me): Parameters<typeof newOutreachTask>[0] {
  const patient: { reference: string; display?: string } = { reference: `Patient/${subject.patient?.id ?? ''}` };
  return {
    patient: patient as { reference: string } & import('@medplum/fhirtypes').Reference<Patient>,
    author: { reference: me.reference, display: me.name } as import('@medplum/fhirtypes').Reference<Practitioner>,
    assessment: subject.latest ? { reference: `RiskAssessment/${subject.latest.id}` } : undefined,
    now: new Date().toISOString(),
  };
}

function refused(answer: Bundle): boolean {
  return (answer.entry ?? []).some((entry) => !(entry.response?.status ?? '200').startsWith('2'));
}

/** What was entered about a patient, and the Task that stood there when it was begun. */
interface Begun {
  readonly form: OutreachForm;
  readonly base?: Task;
}

const useBegun = createDrafts<Begun>();

/** Keeps what a person enters while the Task changes underneath, and saves it on the version the person saw. */
export function useOutreachForm(subject: Subject): OutreachFormState {
  const medplum = useMedplum();
  const me = useMe();
  const { task, outreach } = subject;
  const [begun, keep] = useBegun(subject.patient?.id ?? '');
  const { form, base } = begun ?? { form: formOf(outreach), base: task };
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const open = base && outreach?.open ? base : undefined;
  const changedMeanwhile = begun !== undefined && base?.meta?.versionId !== task?.meta?.versionId;

  const run = async (write: () => Promise<void>): Promise<void> => {
    setSaving(true);
    setProblem(undefined);
    try {
      await write();
      keep(undefined);
      subject.reload();
    } catch (error) {
      setProblem(problemOf(error));
      subject.reload();
    } finally {
      setSaving(false);
    }
  };

  const save = (): Promise<void> =>
    run(async () => {
      const context = contextOf(subject, me);
      const answer = await medplum.executeBatch(outreachTransaction(open ?? newOutreachTask(context), form, context));
      if (refused(answer)) {
        throw new Error('The outreach was not accepted');
      }
      announce('Outreach saved');
    });

  const setStatus = (status: Exclude<WorkStatus, 'none'>): Promise<void> =>
    run(async () => {
      const context = contextOf(subject, me);
      const next = withWorkStatus(open ?? newOutreachTask(context), status, context.now);
      const version = next.meta?.versionId;
      await (next.id
        ? medplum.updateResource(next, version ? { headers: { 'If-Match': `W/"${version}"` } } : undefined)
        : medplum.createResource(next));
      announce('Work status updated');
    });

  return {
    form,
    change: (part) => keep({ form: { ...form, ...part }, base }),
    saving,
    problem,
    changedMeanwhile,
    adopt: () => {
      keep({ form, base: task });
      setProblem(undefined);
    },
    save,
    setStatus,
  };
}
