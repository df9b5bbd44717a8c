import { defineMessages, type IntlShape } from 'react-intl';

/** Figures as people read them (ui README, "Formats"). Digits and separators come from the reader's locale. */

const messages = defineMessages({
  elapsedMinutes: { id: 'livestatus.format.elapsed_minutes', defaultMessage: '{minutes}:{seconds}' },
  elapsedHours: { id: 'livestatus.format.elapsed_hours', defaultMessage: '{hours}:{minutes}:{seconds}' },
  seconds: { id: 'livestatus.format.seconds', defaultMessage: '{seconds} s' },
  minutes: { id: 'livestatus.format.minutes', defaultMessage: '{minutes} m {seconds} s' },
  hours: { id: 'livestatus.format.hours', defaultMessage: '{hours} h {minutes} m' },
  thousands: { id: 'livestatus.format.thousands', defaultMessage: '{count}k' },
  millions: { id: 'livestatus.format.millions', defaultMessage: '{count}M' },
  costBelow: { id: 'livestatus.format.cost_below', defaultMessage: '<{cost}' },
  justNow: { id: 'livestatus.format.just_now', defaultMessage: 'just now' },
});

const TWO_DIGITS = { minimumIntegerDigits: 2 } as const;
const ONE_DECIMAL = { minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
const USD = { style: 'currency', currency: 'USD' } as const;

/** Time that is still running, from milliseconds: 0:42, 12:05, 1:02:05. Below zero counts as 0. */
export function formatElapsed(intl: IntlShape, ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = intl.formatNumber(total % 60, TWO_DIGITS);
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  if (hours === 0) return intl.formatMessage(messages.elapsedMinutes, { minutes: intl.formatNumber(minutes), seconds });
  return intl.formatMessage(messages.elapsedHours, {
    hours: intl.formatNumber(hours),
    minutes: intl.formatNumber(minutes, TWO_DIGITS),
    seconds,
  });
}

/** Time that is over, from milliseconds: 0.1 s, 48 s, 2 m 10 s, 1 h 02 m. Below zero counts as 0. */
export function formatDuration(intl: IntlShape, ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  if (tenths < 100) {
    return intl.formatMessage(messages.seconds, { seconds: intl.formatNumber(tenths / 10, ONE_DECIMAL) });
  }
  const total = Math.round(ms / 1000);
  if (total < 60) return intl.formatMessage(messages.seconds, { seconds: intl.formatNumber(total) });
  if (total < 3600) {
    return intl.formatMessage(messages.minutes, {
      minutes: intl.formatNumber(Math.floor(total / 60)),
      seconds: intl.formatNumber(total % 60, TWO_DIGITS),
    });
  }
  const minutes = Math.round(total / 60);
  return intl.formatMessage(messages.hours, {
    hours: intl.formatNumber(Math.floor(minutes / 60)),
    minutes: intl.formatNumber(minutes % 60, TWO_DIGITS),
  });
}

/** A count of tokens, short: 940, 23.4k, 123k, 1.2M. */
export function formatTokens(intl: IntlShape, tokens: number): string {
  const count = Math.max(0, Math.round(tokens));
  if (count < 1000) return intl.formatNumber(count);
  if (count < 99_950) return short(intl, messages.thousands, count / 1000, ONE_DECIMAL);
  if (count < 999_500) return short(intl, messages.thousands, Math.round(count / 1000), undefined);
  return short(intl, messages.millions, count / 1_000_000, ONE_DECIMAL);
}

function short(
  intl: IntlShape,
  message: typeof messages.thousands,
  value: number,
  digits: typeof ONE_DECIMAL | undefined,
): string {
  return intl.formatMessage(message, { count: intl.formatNumber(value, digits) });
}

/** US dollars: $0.08; anything between nothing and a cent is <$0.01. */
export function formatCost(intl: IntlShape, usd: number): string {
  if (usd > 0 && usd < 0.01) return intl.formatMessage(messages.costBelow, { cost: intl.formatNumber(0.01, USD) });
  return intl.formatNumber(Math.max(0, usd), USD);
}

/** A share of a whole: 18%. More than the whole stays visible as such. */
export function formatPercent(intl: IntlShape, part: number, whole: number): string {
  return intl.formatNumber(whole > 0 ? part / whole : 0, { style: 'percent', maximumFractionDigits: 0 });
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How long ago, from milliseconds: just now, 5 min. ago, 1 hr. ago, 2 days ago. */
export function formatAgo(intl: IntlShape, ms: number): string {
  if (ms < MINUTE_MS) return intl.formatMessage(messages.justNow);
  if (ms < HOUR_MS) return intl.formatRelativeTime(-Math.floor(ms / MINUTE_MS), 'minute', { style: 'short' });
  if (ms < DAY_MS) return intl.formatRelativeTime(-Math.floor(ms / HOUR_MS), 'hour', { style: 'short' });
  return intl.formatRelativeTime(-Math.floor(ms / DAY_MS), 'day', { style: 'short' });
}
