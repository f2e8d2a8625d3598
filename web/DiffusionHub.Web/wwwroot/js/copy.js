// Copies what stands in a field. Where the browser gives no clipboard (plain HTTP), it is selected for the person to copy.
export async function copy(field) {
  field.select();
  try { await navigator.clipboard.writeText(field.value); return true; } catch { return false; }
}
