using DiffusionHub.Queue;

namespace DiffusionHub.Web.Shared.Housekeeping;

/// <summary>A chore as an administrator sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Last">What it did last; null: it never ran.</param>
/// <param name="Next">When it is due; null: it is switched off, or the clock does not know it yet.</param>
/// <param name="Enabled">Whether it runs by itself.</param>
/// <param name="Running">Whether a node is at it now.</param>
internal sealed record ChoreView(string Name, ChoreRecord? Last, DateTimeOffset? Next, bool Enabled, bool Running);
