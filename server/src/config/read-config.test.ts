import { describe, expect, it } from 'vitest';
import { readConfig } from './read-config.ts';
import { settings } from './settings.ts';
import { settingsTable } from './settings-table.ts';

describe('readConfig', () => {
  it('fills in every default', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 8103,
      baseUrl: 'http://localhost:8103',
      dataDir: './data',
      demo: true,
      maxBodyBytes: 67_108_864,
      outboundAllow: ['127.0.0.1', 'localhost'],
      databaseUrl: undefined,
    });
  });

  it('takes an empty value as not set, and derives the base URL from the port', () => {
    expect(readConfig({ PORT: '9000', BASE_URL: '', DEMO: 'off' })).toMatchObject({
      baseUrl: 'http://localhost:9000',
      demo: false,
      outboundAllow: [],
    });
  });

  it('drops trailing slashes of the base URL and splits lists', () => {
    expect(
      readConfig({ BASE_URL: 'https://clinic.example/', CORS_ORIGINS: 'https://a.example, https://b.example' }),
    ).toMatchObject({
      baseUrl: 'https://clinic.example',
      corsOrigins: ['https://a.example', 'https://b.example'],
    });
  });

  it.each([
    [{ PORT: 'abc' }, /^PORT is not a whole number: found "abc"/],
    [{ PORT: '70000' }, /^PORT is not between 1 and 65535/],
    [{ DEMO: 'maybe' }, /^DEMO is not true or false/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL is not one of silent, error/],
    [{ BASE_URL: 'ftp://x' }, /^BASE_URL is not a URL/],
    [{ BAA_PROVIDERS: 'aws,antropic' }, /^BAA_PROVIDERS is no list of anthropic, deepgram, aws/],
    [{ EHR_ORIGINS: 'https://ehr.example/fhir' }, /^EHR_ORIGINS is no list of origins/],
    [{ EHR_ORIGINS: "https://ehr.example 'unsafe-eval'" }, /^EHR_ORIGINS is no list of origins/],
    [
      { NODE_ENV: 'production', BASE_URL: 'https://x.example', DEMO: 'true' },
      /^DEMO is on while NODE_ENV is production/,
    ],
    [{ NODE_ENV: 'production' }, /^BASE_URL is http:\/\/localhost:8103 while NODE_ENV is production/],
  ])('refuses %o with one sentence', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });

  it('does not show a secret that it refuses', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://u:secret@h/db' })).toThrow(
      /^(?!.*secret)DATABASE_URL is not a URL/,
    );
  });
});

describe('settingsTable', () => {
  it('has a row for each setting', () => {
    const table = settingsTable();
    for (const { env } of Object.values(settings)) {
      expect(table).toContain(`| \`${env}\` |`);
    }
  });
});
