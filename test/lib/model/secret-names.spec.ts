import assert from 'node:assert/strict';
import { expandAll, expandEnv } from '../../../lib/model/expand-env.ts';
import { isSecretName, isServiceSecret, secretValues } from '../../../lib/model/secret-names.ts';

const secret = [
  ...['RAP_CREDENTIAL_SECRET', 'RAP_JOURNAL_KEY', 'RAP_EDITOR_PASSWORD_HASH', 'rap_journal_key'],
  ...[
    'RAP_KEY_PASSPHRASE',
    'RAP_SMTP_PASSWORD',
    'SMTP_PASSWORD_2',
    'WEBHOOK_TOKEN',
    'SLACK_TOKENS',
    'GITHUBTOKEN',
  ],
  ...[
    'AWS_SECRET_ACCESS_KEY',
    'DB_PASSWD',
    'DB_PWD',
    'RELAY_PASS',
    'USER_HASH',
    'MAIL_API_KEY',
    'SSH_PRIVATE_KEY',
  ],
  ...['SMTP_PW', 'PW', 'RELAY_PASS2', 'SMTPPASS', 'DB_PWD1', 'RELAY_PASSCODE', 'MASTER_KEY', 'SIGNING_KEY'],
  ...['DB_CONNECTION_STRING', 'HTTP_AUTHORIZATION', 'encryption_key'],
  ...['$parent.RAP_JOURNAL_KEY', '$parent.$parent.RAP_CREDENTIAL_SECRET', ' RAP_CREDENTIAL_SECRET '],
];
const open = [
  ...['RAP_HOME', 'RAP_PROFILE', 'RAP_EDITOR_USERS', 'RAP_SMTP_PORT', 'RAP_WEATHER', 'PWD', 'OLDPWD', 'HOME'],
  ...['OPS_SHARE', 'HKSCC_USER', 'HKSCC_KEY', 'KEY_FILE', 'PASSAGE', 'COMPASS_HOST', 'HASHES_ROOT'],
  ...['COMPASS', 'BYPASS', 'SPWD', 'KEY', 'SSH_KEY', 'PWA_HOST', 'HKSCC_ACCOUNT_KEY', 'MASTERS'],
  ...['RELAY_PASSWORD_FILE', 'KEY_PASSPHRASE_PATH', 'SECRETS_DIR'],
];

describe('The names of variables', () => {
  for (const name of secret) it(`"${name}" is one of a secret`, () => assert.equal(isSecretName(name), true));
  for (const name of open) it(`"${name}" is not`, () => assert.equal(isSecretName(name), false));

  it('tell the three secrets of the service from all others', () => {
    assert.deepEqual(secret.filter(isServiceSecret), [
      ...secret.slice(0, 4),
      ...['$parent.RAP_JOURNAL_KEY', '$parent.$parent.RAP_CREDENTIAL_SECRET', ' RAP_CREDENTIAL_SECRET '],
    ]);
  });

  it('find the values, but for those that stand in many texts by chance', () => {
    const env = {
      RAP_SMTP_PASSWORD: 'a-long-one',
      RELAY_PASS: 'short',
      RAP_HOME: '/srv/rap/long',
      X_TOKEN: undefined,
    };
    assert.deepEqual(secretValues(env), ['a-long-one']);
  });

  it('keep secrets out of settings, whatever stands around them', () => {
    const asked: string[] = [];
    const lookup = (name: string) => {
      asked.push(name);
      return `value of ${name}`;
    };
    for (const name of secret) {
      for (const text of [`\${${name}}`, `/x/\${ ${name} }/y`, `\${RAP_HOME}\${${name}}`]) {
        assert.throws(() => expandEnv(text, lookup, 'share'), {
          code: 'CONFIG_INVALID',
          message: `share: the variable ${name.trim()} holds a secret`,
        });
      }
      assert.throws(() => expandAll({ rules: [{ share: `\${${name}}` }] }, lookup, ''), {
        code: 'CONFIG_INVALID',
      });
    }
    assert.deepEqual([...new Set(asked)], ['RAP_HOME']);
  });
});
