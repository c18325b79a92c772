import type { Resource } from '@medplum/fhirtypes';

const CODE = { text: 'x' };
const NOTE = [{ text: 'x' }];
const OTHER = { reference: 'Practitioner/nobody' };
const INSURER = { reference: 'Organization/nobody' };
const TEXT = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' };

/** A patient with every element that some role does not see, in the panel of an account. */
export const matrixPatient = (account: string): Resource =>
  ({
    resourceType: 'Patient',
    meta: { accounts: [{ reference: account }] },
    text: TEXT,
    extension: [{ url: 'urn:x', valueString: 'x' }],
    name: [{ family: 'Seen' }],
    telecom: [{ system: 'phone', value: '1' }],
    address: [{ city: 'X' }],
    contact: [{ name: { family: 'C' } }],
    photo: [{ title: 'p' }],
    communication: [{ language: { text: 'en' } }],
    identifier: [{ system: 'urn:x', value: '1' }],
    birthDate: '1980-01-01',
    maritalStatus: CODE,
    generalPractitioner: [OTHER],
  }) as unknown as Resource;

/** One record of each type that the role matrix speaks of, about one patient, with what some roles must not see. */
export function matrixRecords(subject: { readonly reference: string }): Readonly<Record<string, object>> {
  const patient = subject;
  const visit = { reasonCode: [CODE], reasonReference: [{ reference: 'Condition/nobody' }], text: TEXT };
  return {
    Account: { status: 'active', subject: [subject] },
    AllergyIntolerance: {
      patient,
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
      },
    },
    Appointment: {
      ...visit,
      status: 'booked',
      start: '2026-01-01T10:00:00Z',
      end: '2026-01-01T11:00:00Z',
      description: 'x',
      comment: 'x',
      patientInstruction: 'x',
      supportingInformation: [OTHER],
      participant: [{ status: 'accepted', actor: subject }],
    },
    AppointmentResponse: {
      appointment: { reference: 'Appointment/x' },
      actor: subject,
      participantStatus: 'accepted',
      comment: 'x',
    },
    Basic: { code: CODE, subject },
    Binary: { contentType: 'text/plain', data: 'eA==', securityContext: subject },
    CarePlan: { status: 'active', intent: 'plan', subject },
    CareTeam: { subject },
    ChargeItem: { status: 'billable', code: CODE, subject },
    Claim: {
      status: 'active',
      type: CODE,
      use: 'claim',
      patient,
      created: '2026-01-01',
      provider: OTHER,
      priority: CODE,
      insurance: [{ sequence: 1, focal: true, coverage: { reference: 'Coverage/x' } }],
      diagnosis: [{ sequence: 1, diagnosisCodeableConcept: CODE }],
      procedure: [{ sequence: 1, procedureCodeableConcept: CODE }],
      item: [{ sequence: 1, productOrService: CODE }],
      supportingInfo: [{ sequence: 1, category: CODE }],
    },
    ClaimResponse: {
      ...{ status: 'active', type: CODE, use: 'claim', patient, created: '2026-01-01', insurer: INSURER },
      outcome: 'complete',
    },
    ClinicalImpression: { status: 'completed', subject },
    CodeSystem: { status: 'active', content: 'complete' },
    Communication: { status: 'completed', subject, payload: [{ contentString: 'x' }] },
    Composition: { status: 'final', type: CODE, date: '2026-01-01', author: [OTHER], title: 'x', subject },
    ConceptMap: { status: 'active' },
    Condition: {
      code: CODE,
      subject,
      note: NOTE,
      text: TEXT,
      evidence: [{ code: [CODE] }],
      stage: [{ summary: CODE }],
    },
    Consent: { status: 'active', scope: CODE, category: [CODE], policyRule: CODE, patient },
    Coverage: { status: 'active', beneficiary: subject, payor: [subject] },
    CoverageEligibilityRequest: {
      ...{ status: 'active', purpose: ['benefits'], patient, created: '2026-01-01', insurer: INSURER },
    },
    CoverageEligibilityResponse: {
      ...{ status: 'active', purpose: ['benefits'], patient, created: '2026-01-01', insurer: INSURER },
      ...{ request: { reference: 'CoverageEligibilityRequest/x' }, outcome: 'complete' },
    },
    DetectedIssue: { status: 'final', patient },
    Device: {},
    DiagnosticReport: { status: 'final', code: CODE, subject },
    DocumentReference: { status: 'current', docStatus: 'final', subject, content: [{ attachment: { title: 'x' } }] },
    Encounter: {
      ...visit,
      status: 'finished',
      class: { code: 'AMB' },
      subject,
      type: [CODE],
      diagnosis: [{ condition: { reference: 'Condition/nobody' } }],
      hospitalization: { admitSource: CODE },
    },
    Endpoint: {
      ...{ status: 'active', connectionType: { code: 'x' }, payloadType: [CODE], address: 'https://x.example' },
    },
    EpisodeOfCare: { status: 'active', patient },
    ExplanationOfBenefit: {
      ...{
        status: 'active',
        type: CODE,
        use: 'claim',
        patient,
        created: '2026-01-01',
        insurer: INSURER,
        provider: OTHER,
      },
      ...{ outcome: 'complete', insurance: [{ focal: true, coverage: { reference: 'Coverage/x' } }] },
    },
    FamilyMemberHistory: { status: 'completed', patient, relationship: CODE },
    Flag: { status: 'active', code: CODE, subject },
    Goal: { lifecycleStatus: 'active', description: CODE, subject },
    GuidanceResponse: { status: 'success', moduleUri: 'urn:x', subject },
    HealthcareService: {},
    ImagingStudy: { status: 'available', subject },
    Immunization: { status: 'completed', vaccineCode: CODE, patient, occurrenceString: 'x' },
    Invoice: {
      status: 'issued',
      subject,
      lineItem: [{ chargeItemCodeableConcept: CODE }],
    },
    List: { status: 'current', mode: 'working', subject },
    Location: { name: 'x' },
    MeasureReport: { status: 'complete', type: 'summary', measure: 'urn:x', period: { start: '2026-01-01' } },
    Medication: { code: CODE },
    MedicationAdministration: {
      ...{ status: 'completed', medicationCodeableConcept: CODE, subject, effectiveDateTime: '2026-01-01' },
    },
    MedicationDispense: { status: 'completed', medicationCodeableConcept: CODE, subject },
    MedicationRequest: { status: 'active', intent: 'order', medicationCodeableConcept: CODE, subject },
    MedicationStatement: { status: 'active', medicationCodeableConcept: CODE, subject },
    MessageHeader: { eventCoding: { code: 'x' }, source: { endpoint: 'urn:x' } },
    Observation: { status: 'final', code: CODE, subject, note: NOTE, text: TEXT },
    Organization: { name: 'x' },
    PaymentNotice: {
      ...{
        status: 'active',
        created: '2026-01-01',
        payment: { reference: 'PaymentReconciliation/nobody' },
        recipient: INSURER,
        amount: { value: 1 },
      },
    },
    PaymentReconciliation: {
      ...{ status: 'active', created: '2026-01-01', paymentDate: '2026-01-01', paymentAmount: { value: 1 } },
    },
    Practitioner: { telecom: [{ system: 'phone', value: '1' }], address: [{ city: 'X' }], birthDate: '1970-01-01' },
    PractitionerRole: { practitioner: OTHER },
    Procedure: {
      ...{ status: 'completed', subject, note: NOTE, text: TEXT },
      reasonReference: [{ reference: 'Condition/nobody' }],
    },
    Provenance: { target: [subject], recorded: '2026-01-01T10:00:00Z', agent: [{ who: OTHER }] },
    Questionnaire: { status: 'active' },
    QuestionnaireResponse: { status: 'completed', subject, text: TEXT },
    RelatedPerson: { patient, text: TEXT, extension: [{ url: 'urn:x', valueString: 'x' }] },
    RiskAssessment: { status: 'final', subject },
    Schedule: { actor: [OTHER], comment: 'x' },
    ServiceRequest: { status: 'active', intent: 'order', subject },
    Slot: {
      schedule: { reference: 'Schedule/nobody' },
      status: 'free',
      start: '2026-01-01T10:00:00Z',
      end: '2026-01-01T11:00:00Z',
      comment: 'x',
    },
    Specimen: { subject },
    Task: { status: 'requested', intent: 'order', for: subject },
    ValueSet: { status: 'active' },
  };
}
