import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret.ts';

const COOKIE_NAME = 'livestatus';
const COOKIE_MAX_AGE_S = 30 * 86_400;

/** Checks DASHBOARD_TOKEN in all the ways it can arrive. Comparisons take the same time wherever texts differ. */
export class TokenGate {
  readonly #token: string;
  /** What the browser keeps: it opens the dashboard, but the token cannot be read back from it. */
  readonly #ticket: string;

  constructor(token: Secret) {
    this.#token = token.reveal();
    this.#ticket = createHmac('sha256', this.#token).update('dashboard cookie').digest('base64url');
  }

  isToken(text: string | undefined): boolean {
    return text !== undefined && sameText(text, this.#token);
  }

  /** `Authorization: Bearer` or our cookie. */
  admits(headers: { readonly authorization?: string | undefined; readonly cookie?: string | undefined }): boolean {
    const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (this.isToken(bearer)) return true;
    const ticket = readCookie(headers.cookie ?? '');
    return ticket !== undefined && sameText(ticket, this.#ticket);
  }

  /** Lax: a link from elsewhere opens the page, but no foreign page can use the cookie in its own requests. */
  setCookie(): string {
    return `${COOKIE_NAME}=${this.#ticket}; Path=/; Max-Age=${COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Lax`;
  }
}

function readCookie(header: string): string | undefined {
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE_NAME) return value;
  }
  return undefined;
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
