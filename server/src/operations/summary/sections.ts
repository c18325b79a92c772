/** One section of an International Patient Summary and the searches that fill it. */
export interface SummarySection {
  readonly title: string;
  /** LOINC code and display. */
  readonly code: string;
  readonly display: string;
  /** Searches such as `Condition?clinical-status=active`; the patient is added. */
  readonly searches: readonly string[];
  /** Required sections say why they are empty; others are left out. */
  readonly required: boolean;
}

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical|';
const ACTIVE = ['active', 'recurrence', 'relapse'].map((code) => CLINICAL + code).join(',');

/** Sections in their order. @see https://hl7.org/fhir/uv/ips/STU1.1/StructureDefinition-Composition-uv-ips.html */
export const SECTIONS: readonly SummarySection[] = [
  {
    title: 'Active Problems',
    code: '11450-4',
    display: 'Problem list - Reported',
    searches: [`Condition?clinical-status=${ACTIVE}`],
    required: true,
  },
  {
    title: 'Allergies and Intolerances',
    code: '48765-2',
    display: 'Allergies and adverse reactions Document',
    searches: ['AllergyIntolerance?verification-status:not=entered-in-error'],
    required: true,
  },
  {
    title: 'Medication',
    code: '10160-0',
    display: 'History of Medication use Narrative',
    searches: [
      'MedicationStatement?status=active,intended,unknown,on-hold',
      'MedicationRequest?status=active,unknown,on-hold',
    ],
    required: true,
  },
  {
    title: 'Immunizations',
    code: '11369-6',
    display: 'History of Immunization Narrative',
    searches: ['Immunization?status:not=entered-in-error&_sort=-date'],
    required: false,
  },
  {
    title: 'Results',
    code: '30954-2',
    display: 'Relevant diagnostic tests/laboratory data Narrative',
    searches: [
      'Observation?category=laboratory,survey,imaging&status=final,amended,corrected&_sort=-date',
      'DiagnosticReport?status=final,amended,corrected,appended&_sort=-date',
    ],
    required: false,
  },
  {
    title: 'History of Procedures',
    code: '47519-4',
    display: 'History of Procedures Document',
    searches: ['Procedure?status:not=entered-in-error,not-done&_sort=-date'],
    required: false,
  },
  {
    title: 'Vital Signs',
    code: '8716-3',
    display: 'Vital signs',
    searches: ['Observation?category=vital-signs&status=final,amended,corrected&_sort=-date'],
    required: false,
  },
  {
    title: 'Plan of Treatment',
    code: '18776-5',
    display: 'Plan of care note',
    searches: ['CarePlan?status=active'],
    required: false,
  },
  {
    title: 'Social History',
    code: '29762-2',
    display: 'Social history Narrative',
    searches: ['Observation?category=social-history&status=final,amended,corrected&_sort=-date'],
    required: false,
  },
];
