/** The validator of notes as the record names it; a change of a rule is a new version. */
export const noteValidator = 'mindbridge-note-validator/1.1.0';
