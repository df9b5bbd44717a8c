/** Puts what is to be typed in the chat on the clipboard. */
export function copyCommand(command: string): Promise<void> {
  return navigator.clipboard.writeText(command);
}
