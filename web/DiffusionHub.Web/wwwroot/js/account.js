// Copies a field's text; where the browser keeps the clipboard to itself (plain http), the text is marked instead, to be copied by hand.
export async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return false;
  }
}
