using DiffusionHub.Domain.People;

namespace DiffusionHub.Web.Shared.People;

/// <summary>Who is asking. Until accounts exist everyone is the local user; every row has its owner all the same.</summary>
internal sealed class CurrentUser
{
    /// <summary>The asker's id.</summary>
    public Guid Id { get; } = User.LocalId;
}
