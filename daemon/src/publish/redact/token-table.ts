import { BASE64, DASH, DOT, PERCENT, UNDERSCORE, WORD } from './chars.ts';

/** One kind of token that is known by how it begins. */
export interface TokenKind {
  readonly prefix: string;
  /** Classes of the characters that follow the prefix. */
  readonly body: number;
  /** Fewest characters of the body. Lower than what is issued: a token that somebody cut is still a secret. */
  readonly min: number;
  /** May a letter or digit touch the prefix? Only for prefixes that occur in no word. */
  readonly anywhere?: boolean;
  /** A further condition, for prefixes that ordinary words also begin with. */
  readonly accept?: (body: string) => boolean;
}

const SNAKE = WORD | UNDERSCORE;
const KEBAB = WORD | UNDERSCORE | DASH;
const DOTTED = KEBAB | DOT;
const BASE = KEBAB | BASE64;

const hasDigit = (body: string): boolean => /\d/.test(body);
const isHex = (body: string): boolean => /^[0-9a-fA-F]{32,}/.test(body);
const isLongOrParted = (body: string): boolean => body.length >= 8 || /^[A-Za-z0-9]{1,7}-/.test(body);
const isUpper = (body: string): boolean => /^[A-Z0-9]{16}/.test(body);

const kinds = (
  prefixes: string,
  body: number,
  min: number,
  more: { readonly anywhere?: boolean; readonly accept?: (body: string) => boolean } = {},
): TokenKind[] => prefixes.split(' ').map((prefix) => ({ prefix, body, min, ...more }));

/**
 * Formats that their issuers document, in the wording of no one's rule set; a test proves that nothing of what the rules
 * of @secretlint/secretlint-rule-preset-recommend flag is missed. Lengths are lower bounds on purpose (see `min`).
 */
export const TOKEN_KINDS: readonly TokenKind[] = [
  // code hosts
  ...kinds('ghp_ gho_ ghu_ ghs_ ghr_', DOTTED, 6, { anywhere: true }),
  ...kinds('github_pat_', SNAKE, 10, { anywhere: true }),
  ...kinds('glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct-', DOTTED, 10),
  ...kinds('ATATT3 ATCTT3 ATBB', BASE, 24),
  ...kinds('BBDC-', KEBAB, 20),
  // chat
  ...kinds('xoxa- xoxb- xoxc- xoxd- xoxe- xoxo- xoxp- xoxr- xoxs- xoxe.xox', DOTTED | PERCENT, 3, {
    anywhere: true,
    accept: isLongOrParted,
  }),
  ...kinds('xapp- xwfp-', KEBAB, 3, { accept: isLongOrParted }),
  // model providers
  ...kinds('sk-ant- sk-proj- sk-svcacct- sk-admin- sk-or-', KEBAB, 8),
  ...kinds('sk-', KEBAB, 16, { accept: hasDigit }),
  ...kinds('gsk_ hf_ api_org_ r8_ jina_', WORD, 30),
  ...kinds('pplx- xai-', WORD, 30),
  ...kinds('nvapi- tvly-', KEBAB, 20),
  ...kinds('fc-', WORD, 32, { accept: isHex }),
  // clouds
  ...kinds('AKIA ASIA AGPA AIDA AROA AIPA ANPA ANVA ABIA ACCA', WORD, 16, { accept: isUpper }),
  ...kinds('A3T', WORD, 17, { accept: isUpper }),
  ...kinds('AIza', KEBAB, 30),
  ...kinds('ya29.', DOTTED, 20),
  ...kinds('1//0', KEBAB, 30),
  ...kinds('GOCSPX-', KEBAB, 20),
  ...kinds('dop_v1_ doo_v1_ dor_v1_', WORD, 40),
  ...kinds('cfk_ cfut_ cfat_', WORD, 40),
  ...kinds('vcp_ vci_ vca_ vcr_ vck_', WORD, 20),
  ...kinds('dapi', WORD, 32, { accept: isHex }),
  ...kinds('tskey-', KEBAB, 20),
  ...kinds('HRKU-', KEBAB, 30),
  ...kinds('nfp_ rnd_', WORD, 28),
  ...kinds('fm1_ fm2_', BASE, 50),
  ...kinds('sbp_ sb_secret_', KEBAB, 20),
  ...kinds('pscale_tkn_ pscale_pw_', DOTTED, 20),
  // packages, builds, containers
  ...kinds('npm_', SNAKE, 20, { accept: (body) => /^[A-Za-z0-9]{20}/.test(body) || body.length === 36 }),
  ...kinds('pypi-', KEBAB, 40),
  ...kinds('rubygems_', WORD, 40),
  ...kinds('dckr_pat_ dckr_oat_', KEBAB, 20),
  ...kinds('CCIPAT_', KEBAB, 30),
  ...kinds('pul-', WORD, 40),
  // payment, mail, commerce
  ...kinds('sk_live_ sk_test_ rk_live_ rk_test_ whsec_', WORD, 16),
  ...kinds('sk_', WORD, 40),
  ...kinds('SG.', DOTTED, 40),
  ...kinds('key-', WORD, 32, { accept: isHex }),
  ...kinds('shpat_ shpca_ shppa_ shpss_', WORD, 30),
  ...kinds('sq0atp- sq0csp-', KEBAB, 20),
  ...kinds('EAA', WORD, 80),
  // vaults and keys
  ...kinds('hvs. hvb. hvr.', KEBAB, 20),
  ...kinds('ops_ey', BASE, 50),
  ...kinds('dp.pt. dp.st. dp.ct. dp.sa.', DOTTED, 30),
  ...kinds('AGE-SECRET-KEY-1', WORD, 40),
  // observability, design, planning
  ...kinds('glc_', BASE, 32),
  ...kinds('glsa_', SNAKE, 30),
  ...kinds('sntrys_ sntryu_', BASE, 40),
  ...kinds('figd_', KEBAB, 30),
  ...kinds('lin_api_ lin_oauth_', SNAKE, 30),
  ...kinds('ntn_', WORD, 40),
  ...kinds('secret_', WORD, 40, { accept: (body) => /^[A-Za-z0-9]{43}$/.test(body) }),
  ...kinds('PMAK-', KEBAB, 40),
  ...kinds('AAAAAAAAAAAAAAAAAAAA', BASE | PERCENT, 50, { accept: hasDigit }),
];
