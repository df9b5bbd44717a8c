/** Interim. */
export type PrivacyLevel = 'full' | 'summary' | 'minimal';
