/** Doors of Medplum's that have no room behind them here: whoever knocks is told what there is in their place. */
const NOT_OFFERED: readonly (readonly [RegExp, string])[] = [
  [/^\/admin\/super(?:\/|$)/, 'Operators have the command line and the operations that /fhir/R4/metadata names'],
  [/^\/admin\/projects\/[^/]+\/sites$/, 'A clinic has no sites of its own; its look is among its settings'],
  [/^\/admin\/projects\/setpassword$/, 'Nobody sets the password of somebody else; /auth/resetpassword sends a link'],
  [/^\/auth\/(?:google|newgoogle|exchange)$/, 'Sign-in elsewhere is by OpenID Connect or SAML: /auth/external/start'],
  [/^\/auth\/mfa\/(?:send-email|enroll-email)$/, 'A second factor is a code of an app or a passkey; mail is none'],
  [/^\/email\/v1(?:\/|$)/, 'Mail to anybody is not sent by request; bots write Communications'],
  [/^\/keyvalue\/v1(?:\/|$)/, 'Apps keep what is theirs as SMART app state'],
  [/^\/fhircast\/STU3(?:\/|$)/, 'FHIRcast is not spoken; changes are heard by Subscriptions'],
  [/^\/cds-services(?:\/|$)/, 'CDS Hooks is not spoken; bots are run by Bot/[id]/$execute'],
  [/^\/scim\/v2(?:\/|$)/, 'SCIM is not spoken; members are made by /admin/projects/[id]/invite'],
  [/^\/(?:dicom|mcp|ai)(?:\/|$)/, 'DICOMweb, MCP and a bare language model are not served'],
  [/^\/ws\/(?:agent|fhircast|echo)/, 'The one websocket is /ws/subscriptions-r4'],
];

/** What is said of a URL that Medplum has and this server has not; undefined for any other. */
export function notOffered(path: string): string | undefined {
  return NOT_OFFERED.find(([pattern]) => pattern.test(path))?.[1];
}
