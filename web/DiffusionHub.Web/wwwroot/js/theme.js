// Dark by default; the choice is a cookie, so that the server's first answer has the right colours already.
export function toggle() {
  const root = document.documentElement;
  const next = root.dataset.theme === "light" ? "dark" : "light";
  root.dataset.theme = next;
  const link = document.getElementById("radzen-theme");
  link.href = next === "light" ? link.dataset.light : link.dataset.dark;
  document.querySelector('meta[name="theme-color"]').content = getComputedStyle(document.body).backgroundColor;
  document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
  return next;
}
