import { createSign, createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { SignedXml } from 'xml-crypto';
import { type EncryptOptions, encrypt } from 'xml-encryption';

/** What a stand-in provider says of a person; a test may make any of it wrong. */
export interface StandInClaims {
  readonly sub: string;
  readonly email?: string;
  readonly [claim: string]: unknown;
}

/** An OpenID Connect provider for tests: it lets everybody in as whom the test says. */
export interface OidcStandIn {
  readonly issuer: string;
  /** Says of whom the next ID token speaks, and what is to be wrong with it. */
  answer(claims: StandInClaims, faults?: { readonly wrongKey?: boolean }): void;
  /** What the browser does there: it comes back with a code. */
  visit(redirect: string): URL;
  close(): void;
}

/** Starts an OpenID Connect provider. */
export async function oidcStandIn(): Promise<OidcStandIn> {
  const [good, bad] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const jwk = { ...(await exportJWK(good.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const asked = new Map<string, URLSearchParams>();
  let claims: StandInClaims = { sub: 'nobody' };
  let wrongKey = false;
  let issuer = '';

  async function idToken(request: URLSearchParams): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const own = {
      iss: issuer,
      aud: request.get('client_id') ?? '',
      iat: now,
      exp: now + 300,
      nonce: request.get('nonce'),
    };
    return new SignJWT({ ...own, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign((wrongKey ? bad : good).privateKey);
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const code = new URLSearchParams(Buffer.concat(chunks).toString()).get('code') ?? '';
    const isOurs = request.headers.authorization === 'Bearer x';
    const documents: Record<string, () => unknown> = {
      '/.well-known/openid-configuration': () => ({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      }),
      '/jwks': () => ({ keys: [jwk] }),
      ...(isOurs && { '/userinfo': () => claims }),
      '/token': async () => ({
        access_token: 'x',
        token_type: 'Bearer',
        id_token: await idToken(asked.get(code) ?? new URLSearchParams()),
      }),
    };
    const document = await documents[request.url ?? '']?.();
    response
      .writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(document ?? {}));
  };
  const server: Server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    answer(next, faults = {}) {
      claims = next;
      wrongKey = faults.wrongKey === true;
    },
    visit(redirect) {
      const { searchParams } = new URL(redirect);
      const code = randomUUID();
      asked.set(code, searchParams);
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code, state: searchParams.get('state') ?? '' }).toString();
      return back;
    },
    close: () => void server.close(),
  };
}

/** What a stand-in SAML provider asserts; a test may make any of it wrong. */
export interface SamlFacts {
  readonly nameId: string;
  readonly email?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly inResponseTo?: string;
  readonly id?: string;
  readonly notOnOrAfter?: Date;
  readonly unsigned?: boolean;
}

const instant = (date: Date): string => date.toISOString();

/** What the stand-in calls every session. */
const SESSION_INDEX = '_session-1';

/** A SAML provider for tests. */
export class SamlStandIn {
  readonly issuer = 'https://idp.example/saml';
  readonly publicKey: string;
  private readonly privateKey: string;

  constructor() {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** Reads what the browser brings. */
  visit(redirect: string): { readonly requestId: string; readonly audience: string; readonly relayState: string } {
    const { searchParams } = new URL(redirect);
    const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    const requestId = /ID="([^"]+)"/.exec(xml)?.[1] ?? '';
    const audience = /<(?:\w+:)?Issuer[^>]*>([^<]+)</.exec(xml)?.[1] ?? '';
    return { requestId, audience, relayState: searchParams.get('RelayState') ?? '' };
  }

  /** Reads a logout request that the browser brings, if it is signed with this key. */
  visitToLogOut(
    redirect: string,
    publicKey: string,
  ): { readonly person: string; readonly session: string; readonly relayState: string } {
    const { search, searchParams } = new URL(redirect);
    const signed = search.slice(1).split('&Signature=')[0] ?? '';
    const signature = Buffer.from(searchParams.get('Signature') ?? '', 'base64');
    if (!createVerify('sha256').update(signed).verify(publicKey, signature)) {
      throw new Error('The logout request is not signed with this key');
    }
    const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    const within = (element: string): string => new RegExp(`<(?:\\w+:)?${element}[^>]*>([^<]+)<`).exec(xml)?.[1] ?? '';
    return {
      person: within('NameID'),
      session: within('SessionIndex'),
      relayState: searchParams.get('RelayState') ?? '',
    };
  }

  /** The answer that the browser posts. */
  response(asked: { readonly requestId: string; readonly audience: string }, facts: SamlFacts): string {
    const now = new Date();
    const until = instant(facts.notOnOrAfter ?? new Date(now.getTime() + 60_000));
    const issuer = facts.issuer ?? this.issuer;
    const inResponseTo = facts.inResponseTo ?? asked.requestId;
    const email = facts.email
      ? `<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>${facts.email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`
      : '';
    const assertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${facts.id ?? `_${randomUUID()}`}" Version="2.0" IssueInstant="${instant(now)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${facts.nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${until}" InResponseTo="${inResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${instant(new Date(now.getTime() - 60_000))}" NotOnOrAfter="${until}"><saml:AudienceRestriction><saml:Audience>${facts.audience ?? asked.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${instant(now)}" SessionIndex="${SESSION_INDEX}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${email}</saml:Assertion>`;
    const xml = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_${randomUUID()}" Version="2.0" IssueInstant="${instant(now)}" InResponseTo="${inResponseTo}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${assertion}</samlp:Response>`;
    return Buffer.from(facts.unsigned ? xml : this.signed(xml, 'Assertion')).toString('base64');
  }

  /** The same answer with its assertion encrypted for the holder of a key. */
  async encrypted(response: string, publicKey: string): Promise<string> {
    const xml = Buffer.from(response, 'base64').toString();
    const [assertion = ''] = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml) ?? [];
    const sealed = await promisify<string, EncryptOptions, string>(encrypt)(assertion, {
      rsa_pub: publicKey,
      pem: publicKey.replaceAll('PUBLIC KEY', 'CERTIFICATE'),
      encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
      keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    });
    const wrapped = `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${sealed}</saml:EncryptedAssertion>`;
    return Buffer.from(xml.replace(assertion, wrapped)).toString('base64');
  }

  /** What the browser posts when somebody signs out at the provider. */
  logoutRequest(nameId: string, { issuer = this.issuer, unsigned = false } = {}): string {
    const xml = this.logoutXml(nameId, issuer);
    return Buffer.from(unsigned ? xml : this.signed(xml, 'LogoutRequest')).toString('base64');
  }

  /** The query of the address to which the browser is sent when somebody signs out at the provider; it ends with its signature. */
  logoutQuery(nameId: string, relayState: string, hash: 'sha1' | 'sha256' = 'sha256'): string {
    const SigAlg = `http://www.w3.org/${hash === 'sha1' ? '2000/09/xmldsig' : '2001/04/xmldsig-more'}#rsa-${hash}`;
    const SAMLRequest = deflateRawSync(this.logoutXml(nameId)).toString('base64');
    const query = new URLSearchParams({ SAMLRequest, RelayState: relayState, SigAlg }).toString();
    const signature = createSign(hash).update(query).sign(this.privateKey, 'base64');
    return `${query}&${new URLSearchParams({ Signature: signature })}`;
  }

  private logoutXml(nameId: string, issuer = this.issuer): string {
    return `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_${randomUUID()}" Version="2.0" IssueInstant="${instant(new Date())}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer><saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${nameId}</saml:NameID></samlp:LogoutRequest>`;
  }

  private signed(xml: string, element: 'Assertion' | 'LogoutRequest'): string {
    const signedPart = `//*[local-name(.)='${element}']`;
    const signature = new SignedXml({
      privateKey: this.privateKey,
      signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
    });
    signature.addReference({
      xpath: signedPart,
      transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
      digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    });
    const after = `${signedPart}/*[local-name(.)='Issuer']`;
    signature.computeSignature(xml, { location: { reference: after, action: 'after' } });
    return signature.getSignedXml();
  }
}
