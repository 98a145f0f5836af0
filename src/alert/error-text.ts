// What an error says, as part of a sentence.

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
