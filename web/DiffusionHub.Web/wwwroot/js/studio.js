// On a small screen the board lies below the form: bring it into view once something was asked for.
export function reveal(board) {
  if (board.getBoundingClientRect().top > innerHeight * 0.6) board.scrollIntoView({ behavior: "smooth", block: "start" });
}
