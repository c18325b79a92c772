import { APP_STATE_PATH } from './app-state.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { BRANDS_PATH, brandIdentifier } from './brands.ts';
import { ASSERTION_ALGORITHMS } from './client-assertion.ts';
import { TOKEN_EXCHANGE } from './grant-token-exchange.ts';
import { SIGNING_ALGORITHM } from './signing-keys.ts';

const CONFIDENTIAL = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];

/** What all three discovery documents say alike. */
function common({ baseUrl, loginPath }: AuthDependencies) {
  return {
    issuer: baseUrl,
    jwks_uri: `${baseUrl}/.well-known/jwks.json`,
    authorization_endpoint: `${baseUrl}/oauth2/authorize`,
    token_endpoint: `${baseUrl}/oauth2/token`,
    introspection_endpoint: `${baseUrl}/oauth2/introspect`,
    registration_endpoint: `${baseUrl}/oauth2/register`,
    management_endpoint: `${baseUrl}${loginPath}apps`,
    revocation_endpoint: `${baseUrl}/oauth2/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', TOKEN_EXCHANGE],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: [...CONFIDENTIAL, 'none'],
    token_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    introspection_endpoint_auth_methods_supported: CONFIDENTIAL,
    introspection_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    revocation_endpoint_auth_methods_supported: [...CONFIDENTIAL, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    authorization_response_iss_parameter_supported: true,
    scopes_supported: [
      'openid',
      'profile',
      'email',
      'fhirUser',
      'launch',
      'launch/patient',
      'launch/encounter',
      'offline_access',
      'online_access',
      'patient/*.cruds',
      'user/*.cruds',
      'system/*.cruds',
    ],
  };
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html and https://www.rfc-editor.org/rfc/rfc8414 */
export function openidConfiguration(deps: AuthDependencies): unknown {
  return {
    ...common(deps),
    userinfo_endpoint: `${deps.baseUrl}/oauth2/userinfo`,
    end_session_endpoint: `${deps.baseUrl}/oauth2/logout`,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'sid',
      'fhirUser',
      'profile',
      'name',
      'given_name',
      'family_name',
      'email',
      'email_verified',
    ],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  };
}

/** Only what is really there is listed. @see https://hl7.org/fhir/smart-app-launch/conformance.html */
export function smartConfiguration(deps: AuthDependencies): unknown {
  return {
    ...common(deps),
    user_access_brand_bundle: `${deps.baseUrl}${BRANDS_PATH}`,
    user_access_brand_identifier: brandIdentifier(deps),
    associated_endpoints: [{ url: `${deps.baseUrl}${APP_STATE_PATH}`, capabilities: ['smart-app-state'] }],
    capabilities: [
      'authorize-post',
      'client-public',
      'client-confidential-symmetric',
      'client-confidential-asymmetric',
      'context-ehr-patient',
      'context-ehr-encounter',
      'context-standalone-patient',
      'context-standalone-encounter',
      'context-banner',
      'context-style',
      'launch-ehr',
      'launch-standalone',
      'permission-offline',
      'permission-online',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
      'smart-app-state',
      'sso-openid-connect',
    ],
  };
}

/** The look of the launching workspace, for apps that want to fit in. @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#styling */
export const SMART_STYLE = {
  color_background: '#f8f9fb',
  color_error: '#c92a2a',
  color_highlight: '#1c5d99',
  color_modal_backdrop: '',
  color_success: '#2b8a3e',
  color_text: '#1a1d21',
  dim_border_radius: '8px',
  dim_font_size: '14px',
  dim_spacing_size: '16px',
  font_family_body: "Inter, system-ui, 'Segoe UI', sans-serif",
  font_family_heading: "Inter, system-ui, 'Segoe UI', sans-serif",
} as const;
