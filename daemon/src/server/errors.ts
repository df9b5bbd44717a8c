import { ERROR_CODES, type ErrorBody } from '@livestatus/contract';

/** Codes of the contract that this server answers with. */
export type ApiErrorCode = {
  [Code in keyof typeof ERROR_CODES]: 'daemon' extends (typeof ERROR_CODES)[Code]['where'][number] ? Code : never;
}[keyof typeof ERROR_CODES];

/** A refusal; the error handler turns it into `{error, code, request_id}` with the status of the contract's table. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ApiErrorCode, detail?: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail === undefined ? ERROR_CODES[code].message : `${ERROR_CODES[code].message} ${detail}`);
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

export function errorBody(error: ApiError, requestId: string): ErrorBody {
  return { error: error.message, code: error.code, request_id: requestId };
}
