// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to variables are part of what is tested
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, MARK } from './redact.ts';

const { redact, redactField } = createRedactor({ ownSecrets: [] });

/** Letters and digits that look random; built here, so that no scanner takes this file for a leak. */
function body(length: number, alphabet = 'a7Kq2Zx9Lm4Tn8Rw3Yb6Vc1Jd5Hf'): string {
  return alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length);
}
const HEX = '0f3a9c7e1b5d8246';
const UPPER = 'A7KQ2ZX9LM4TN8RW';
const jwt = `eyJ${body(17)}.eyJ${body(40)}.${body(43)}`;
const pem = (kind: string, lineEnd: string): string =>
  [`-----BEGIN ${kind}-----`, `MII${body(61)}`, body(64), body(20), `-----END ${kind}-----`].join(lineEnd);

/** Tokens that are known by their shape, wherever they stand. */
const TOKENS: Readonly<Record<string, string>> = {
  'GitHub classic': `ghp_${body(36)}`,
  'GitHub OAuth': `gho_${body(36)}`,
  'GitHub user': `ghu_${body(36)}`,
  'GitHub server': `ghs_${body(36)}`,
  'GitHub refresh': `ghr_${body(36)}`,
  'GitHub fine-grained': `github_pat_${body(22)}_${body(59)}`,
  'GitHub installation': `ghs_12345_${jwt}`,
  'GitLab personal': `glpat-${body(20)}`,
  'GitLab deploy': `gldt-${body(20)}`,
  'Slack bot': `xoxb-${body(12, '1234567890')}-${body(24)}`,
  'Slack user': `xoxp-${body(12, '1234567890')}-${body(24)}`,
  'Slack app': `xapp-1-${body(10)}-${body(30)}`,
  OpenAI: `sk-${body(48)}`,
  'OpenAI project': `sk-proj-${body(60)}`,
  Anthropic: `sk-ant-api03-${body(93)}AA`,
  OpenRouter: `sk-or-v1-${body(64, HEX)}`,
  'AWS key id': `AKIA${body(16, UPPER)}`,
  'AWS temporary key id': `ASIA${body(16, UPPER)}`,
  'Google API key': `AIza${body(35)}`,
  'Google OAuth': `ya29.${body(60)}`,
  npm: `npm_${body(36)}`,
  PyPI: `pypi-AgEIcHlwaS5vcmc${body(60)}`,
  Stripe: `sk_live_${body(24)}`,
  'Stripe restricted': `rk_test_${body(24)}`,
  SendGrid: `SG.${body(22)}.${body(43)}`,
  Telegram: `${body(10, '1234567890')}:AA${body(33)}`,
  JWT: jwt,
  'Hugging Face': `hf_${body(34, 'aKqZxLmTnRw')}`,
  DigitalOcean: `dop_v1_${body(64, HEX)}`,
  Databricks: `dapi${body(32, HEX)}`,
  Vault: `hvs.${body(95)}`,
  Twilio: `SG.${body(22)}.${body(43)}`,
  'PEM RSA': pem('RSA PRIVATE KEY', '\n'),
  'PEM PKCS8, escaped line ends': pem('PRIVATE KEY', '\\n'),
  'PEM OpenSSH, twice escaped': pem('OPENSSH PRIVATE KEY', '\\\\n'),
  'PGP key': pem('PGP PRIVATE KEY BLOCK', '\n'),
};

const CONTEXTS: Readonly<Record<string, (secret: string) => string>> = {
  alone: (s) => s,
  'in prose': (s) => `please use ${s} for the call`,
  'at the end of a sentence': (s) => `The token is ${s}.`,
  'in a shell command': (s) => `curl -H "X-Thing: ${s}" https://example.com/`,
  'in single quotes': (s) => `echo '${s}' > file`,
  'in backticks': (s) => `run \`${s}\` now`,
  'in JSON': (s) => `{"a":"${s}","b":1}`,
  'in escaped JSON': (s) => `{\\"a\\":\\"${s}\\"}`,
  'after an escaped line end': (s) => `first\\n${s}\\nlast`,
  'in several lines': (s) => `first\n${s}\nlast`,
  'in a query': (s) => `https://example.com/?x=1&q=${s}&z=2`,
  'after an encoded equals sign': (s) => `q%3D${s}%26z%3D2`,
  'in brackets': (s) => `[${s}](${s})`,
  'in HTML': (s) => `<b>${s}</b>`,
};

describe('tokens of a known shape', () => {
  for (const [name, secret] of Object.entries(TOKENS)) {
    it(`${name}: nothing of it is left in any context`, () => {
      for (const [context, put] of Object.entries(CONTEXTS)) {
        const text = redact(put(secret));
        expect(text, context).toContain(MARK);
        for (const part of secret.split(/[^A-Za-z0-9]+/).filter((word) => word.length >= 10)) {
          expect(text, context).not.toContain(part);
        }
      }
    });
  }

  it('keeps what stands around a token', () => {
    expect(redact(`git push https://example.com ${TOKENS['GitHub classic']} && echo ok`)).toBe(
      `git push https://example.com ${MARK} && echo ok`,
    );
  });

  it('knows a token that somebody cut', () => {
    expect(redact(`export X ghp_${body(12)}…`)).toBe(`export X ${MARK}…`);
    expect(redact(`-----BEGIN PRIVATE KEY-----\nMII${body(61)}\n${body(30)}…`)).toBe(MARK);
  });

  it('finds a token behind characters that nobody sees', () => {
    const token = `ghp_${body(36)}`;
    for (const unseen of ['\u200b', '\u2060', '\u00ad', '\u202e', '\x1b[31m', '\x00', '\ufe0f']) {
      const text = redact(`a ${token.slice(0, 9)}${unseen}${token.slice(9)} b`);
      expect(text).toBe(`a ${MARK} b`);
    }
  });
});

/** `[text, what may not be left]`; the secrets have no shape, only their name gives them away. */
const NAMED: readonly (readonly [string, string])[] = [
  ['--password=hunter2', 'hunter2'],
  ['--password hunter2', 'hunter2'],
  ['--password "hunter 2"', 'hunter 2'],
  ["mytool --api-key 'k-1 2'", 'k-1 2'],
  ['tool -password hunter2 --verbose', 'hunter2'],
  ['["--token", "hunter2"]', 'hunter2'],
  ['"--password" "hunter2"', 'hunter2'],
  ['PASSWORD=hunter2', 'hunter2'],
  ['export API_KEY=abc && run', 'abc'],
  ['export DB_PASSWORD="p w\\"x"', 'p w'],
  ["PGPASSWORD='p w' psql", 'p w'],
  ['TOKEN=\'abc\'"def"ghi run', 'def'],
  ['MM_BOT_TOKEN_REVIEW=ab12cd', 'ab12cd'],
  ['SECRET_KEY_BASE=s3cr3t', 's3cr3t'],
  ['set APP_SECRET = s3cr3t', 's3cr3t'],
  ['$env:API_TOKEN = "s3cr3t"', 's3cr3t'],
  ['ENV API_TOKEN s3cr3t', 's3cr3t'],
  ['{"password":"p\\"w","user":"bob"}', 'p\\"w'],
  ['{"password": "pw", "user": "bob"}', '"pw"'],
  ['{\n  "client_secret":\n    "abc"\n}', 'abc'],
  ['{\\"password\\":\\"p w\\",\\"user\\":1}', 'p w'],
  ['{\\\\\\"token\\\\\\":\\\\\\"abcd\\\\\\"}', 'abcd'],
  ["{'accessToken': 'abcd'}", 'abcd'],
  ['tokens: ["aaa1", "bbb2"]', 'bbb2'],
  ['password: hunter2', 'hunter2'],
  ['password: correct horse battery staple', 'battery'],
  ['  db:\n    password: correct horse # old\n    user: x', 'correct horse'],
  ['the password: hunter2, please', 'hunter2'],
  ['the password is hunter2', 'hunter2'],
  ['secret: s3cr3t', 's3cr3t'],
  ['apiKey: k1', 'k1'],
  ['token: abcd1234', 'abcd1234'],
  ['Authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
  ['Authorization: Basic dXNlcjpwdw==', 'dXNlcjpwdw'],
  ['Authorization: token abcdef', 'abcdef'],
  ['authorization: abcdef123', 'abcdef123'],
  ['-H "Authorization: Bearer a b"', 'a b'],
  ["-H 'PRIVATE-TOKEN: abcd1234'", 'abcd1234'],
  ['Authorization: Digest username="a", response="6629fae49393a05397450978507c4ef1"', '6629fae4'],
  ['fetch with Bearer abcdefgh12345678', 'abcdefgh12345678'],
  ['X-Api-Key: abcd1234', 'abcd1234'],
  ['X-Live-Status-Secret: abcd', 'abcd'],
  ['Cookie: MMAUTHTOKEN=abcdefgh; other=1', 'abcdefgh'],
  ['Set-Cookie: sid=abcdefgh; Path=/', 'abcdefgh'],
  ['https://example.com/?token=abc&x=1', 'abc&'],
  ['https://example.com/?x=1&access_token=abc%20d', 'abc'],
  ['https://example.com/cb?code=ab12cd34ef', 'ab12cd34ef'],
  ['https://s3.example.com/a?X-Amz-Signature=0f3a9c7e1b5d8246&X-Amz-Date=1', '0f3a9c7e'],
  ['password%3Dhunter2%26user%3Dbob', 'hunter2'],
  ['a\\u0026token\\u003dabcd\\u0026b', 'abcd'],
  ['AccountKey=abc/def+ghi==;EndpointSuffix=x', 'abc/def'],
  ['Server=db;Uid=sa;Pwd=hun;ter2;Database=x', 'ter2'],
  ['<password>hunter2</password>', 'hunter2'],
  ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz', 'wJalrXUtn'],
  ['//registry.example.com/:_authToken=abcd-efgh', 'abcd-efgh'],
  ["CREATE USER x IDENTIFIED BY 'hunter2'", 'hunter2'],
  ["ALTER ROLE x WITH PASSWORD 'hunter2'", 'hunter2'],
  ['machine x login bob password hunter2', 'hunter2'],
  ['DB_PASSWORD=${DB_PASSWORD:-hunter2}', 'hunter2'],
  ['mysql -u root -phunter2 db', 'hunter2'],
  ['sshpass -p hunter2 ssh host', 'hunter2'],
  ['curl -u bob:hunter2 https://example.com', 'hunter2'],
  ['curl --user "bob:hunter2" https://example.com', 'hunter2'],
  ['redis-cli -h x -a hunter2 ping', 'hunter2'],
  ['docker login -u bob -p hunter2 example.com', 'hunter2'],
  ['openssl rsa -passin pass:hunter2 -in k', 'hunter2'],
  ['https://bob:hunter2@example.com/x', 'hunter2'],
  ['postgres://bob:p/w@db:5432/x', 'p/w'],
  ['redis://:hunter2@cache', 'hunter2'],
  ['mongodb+srv://bob:h%40x@a,b/c', 'h%40x'],
  [`https://${body(20)}@example.com/x.git`, body(20)],
  [`https://hooks.slack.com/services/T0000/B0000/${body(24)}`, body(24)],
  [`https://discord.com/api/webhooks/123456/${body(40)}`, body(40)],
  [`https://chat.example.com/hooks/${body(26, 'a7kq2zx9lm4tn8rw3yb6vc1jd5')}`, 'a7kq2zx9'],
];

describe('secrets that a name gives away', () => {
  it.each(NAMED)('%s', (text, secret) => {
    for (const around of [text, `first line\n${text}`, `${text}\nlast line`]) {
      const answer = redact(around);
      expect(answer).toContain(MARK);
      expect(answer).not.toContain(secret);
    }
  });

  it('leaves the name and the rest of the text readable', () => {
    expect(redact('{"user":"bob","password":"x y","port":1}')).toBe(`{"user":"bob","password":"${MARK}","port":1}`);
    expect(redact('https://bob:pw@example.com/a?token=abc&x=1')).toBe(
      `https://${MARK}@example.com/a?token=${MARK}&x=1`,
    );
    expect(redact('Authorization: Bearer abc')).toBe(`Authorization: Bearer ${MARK}`);
  });
});

/** Ordinary text that looks a little like a secret. */
const ORDINARY = [
  'git show 3f786850e387550fdab836ed7e6dc881de23001b',
  'session 550e8400-e29b-41d4-a716-446655440000 ended',
  'channel sh41iisjc3fc9ceu768ntw8oph, post a7kq2zx9lm4tn8rw3yb6vc1jd5',
  'agent:main:mattermost:channel:sh41iisjc3fc9ceu768ntw8oph:thread:a7kq2zx9lm4tn8rw3yb6vc1jd5',
  `"integrity": "sha512-${body(86)}=="`,
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '/home/agent/workspace/src/components/StatusBox/status-box.test.tsx',
  'C:\\Users\\agent\\Documents\\report-2026-final.docx',
  'npm_config_registry=https://registry.npmjs.org/ npm_lifecycle_event=test',
  'pip install scikit-learn sk-learn-extra-long-package-name',
  'task-force desk-lamp risk-assessment',
  'const token = getToken(); token: string; password?: string;',
  '"tokens": 23400, "max_tokens": 4096, "total_tokens=500", tokenCount: 3',
  'The password must be at least 12 characters; token expired; auth: required',
  'auth: { "mode": "token" }',
  'PASSWORD=${DB_PASSWORD} TOKEN=$TOKEN SECRET=$(cat /run/secrets/x)',
  'PLUGIN_SECRET_FILE=/run/secrets/plugin token_url=https://example.com/t',
  'password=*** token=<your-token> secret={{ vault.secret }}',
  'PWD=/home/agent/x OLDPWD=/srv',
  'compass: north, bypass=true, author: Ann, authority=x, secretary: Bob',
  'https://example.com:8080/path@v1 and bob@example.com',
  'git@github.com:owner/repo.git ssh://git@example.com/x.git',
  'http://localhost:3000","user@example.com',
  'see -----BEGIN PRIVATE KEY----- at the top of the file',
  '-----BEGIN CERTIFICATE-----',
  'docker run -p 8080:80 nginx; mkdir -p a/b; cp -p x y',
  'curl -u bob https://example.com; mysql -p',
  'Basic authentication and Bearer authentication are supported',
  'the key: value pairs; primary key: id; sessionKey=agent:main:main; keyboard: us',
  '- `password`: the words to log in with; `--token`, `--url` and `--password`',
  'tokenizer.tokenize("a b c"); "js-tokens": "^4.0.0"',
  'Wants to run `rm -rf build/ && make dist`',
  'مرحبا بالعالم, שלום, 你好, 👩‍👩‍👧‍👦 and ünïcödé',
];

describe('ordinary text', () => {
  it.each(ORDINARY)('stays as it is: %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe("the daemon's own secrets", () => {
  const secret = 'p"w\\d!x%y z/ö+own-secret';
  const own = createRedactor({ ownSecrets: [secret, 'short1', 'abc', 'plainsecret-of-32-characters-abcd'] });

  it.each([
    ['verbatim', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 after one byte', Buffer.from(`a${secret}b`).toString('base64')],
    ['in base64 after two bytes', Buffer.from(`ab${secret}`).toString('base64')],
    ['in base64url', Buffer.from(`user:${secret}`).toString('base64url')],
  ])('are found %s', (_, form) => {
    expect(own.redact(`a ${form} b`)).toMatch(/\[redacted\]/);
    expect(own.redact(`a ${form} b`)).not.toContain(form.slice(6, 14));
  });

  it('are found when the runtime has cut them', () => {
    expect(own.redact('x plainsecret-of-32-ch… y')).toBe(`x ${MARK}… y`);
    expect(own.redact('x …haracters-abcd y')).toBe(`x …${MARK} y`);
  });

  it('are ignored when they are ordinary words', () => {
    expect(own.redact('abc abcdef')).toBe('abc abcdef');
    expect(own.redact('a short1 b')).toBe(`a ${MARK} b`);
  });
});

describe('redactField', () => {
  it('hides all of a value whose name is secret', () => {
    expect(redactField('password', 'correct horse battery')).toBe(MARK);
    expect(redactField('apiKey', 'k')).toBe(MARK);
    expect(redactField('x-auth-token', 'abcd')).toBe(MARK);
  });

  it('leaves values that hide nothing, and redacts the others as text', () => {
    expect(redactField('max_tokens', '500')).toBe('500');
    expect(redactField('token', '500')).toBe('500');
    expect(redactField('key', 'Enter')).toBe('Enter');
    expect(redactField('sessionKey', 'agent:main:main')).toBe('agent:main:main');
    expect(redactField('password', '${PASSWORD}')).toBe('${PASSWORD}');
    expect(redactField('command', 'login --password x1')).toBe(`login --password ${MARK}`);
  });
});

const FRAGMENTS = [
  ...Object.values(TOKENS).map((token) => token.slice(0, 80)),
  ...NAMED.map(([text]) => text),
  ...ORDINARY,
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\n',
    ' ',
    ':',
    '=',
    '&',
    ';',
    '://',
    '@',
    '{',
    '}',
    '[',
    ']',
    '%3D',
    MARK,
    'password',
    '\u200b',
  ],
];

describe('any text', () => {
  it('is redacted once: doing it again changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary' })), { maxLength: 8 }),
        (parts) => {
          const once = redact(parts.join(''));
          expect(redact(once)).toBe(once);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('comes back as the same string when nothing is hidden', () => {
    const text = 'Reading src/app.ts and nothing else at all';
    expect(redact(text)).toBe(text);
  });

  it.each([
    ...[
      'sk-',
      'eyJ',
      'eyJ-',
      'ghs_1_',
      'xoxb-',
      ':AA',
      '://',
      '://a:',
      'T3BlbkFJ',
      'AAAAAAAAAAAAAAAAAAAA',
      '-----BEGIN ',
    ],
    ...[
      'password=',
      'password="',
      'password=\\"',
      'password=${',
      'password:\n',
      'password=\'token="secret=`',
      'token: ',
      'api_key ',
    ],
    ...[
      'authorization: Digest ',
      'cookie: ',
      'bearer ',
      'curl -u ',
      'docker login ',
      'mysql ',
      '<password>',
      'tokens: ["',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      `-----BEGIN PRIVATE KEY-----${body(16)}`,
      '\u200b',
      '\x1b[',
      '\\',
      '"',
      'a',
      ' ',
    ],
  ])('takes time in proportion to its length: %j a million times', (unit) => {
    const { redact: fresh } = createRedactor({ ownSecrets: [], memoBytes: 0 });
    const time = (text: string): number => {
      const start = process.cpuUsage().user;
      fresh(text);
      return process.cpuUsage().user - start;
    };
    const part = unit.repeat(Math.ceil(125_000 / unit.length));
    time(part);
    // A quadratic scan takes 64 times as long for eight times the text; the noise of a busy machine is allowed for.
    const small = Math.max(5_000, Math.min(time(part), time(part)));
    expect(time(part.repeat(8)) / small).toBeLessThan(40);
  });
});
