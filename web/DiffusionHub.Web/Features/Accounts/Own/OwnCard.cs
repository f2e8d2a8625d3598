using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.People;
using Microsoft.AspNetCore.Components;

namespace DiffusionHub.Web.Features.Accounts.Own;

/// <summary>A card of the account's pages: reads what it shows, and says so where the database is away.</summary>
public abstract class OwnCard : ComponentBase
{
    /// <summary>True while the database does not answer.</summary>
    protected bool Away { get; private set; }

    [Inject] private protected CurrentUser Me { get; set; } = default!;

    /// <summary>Reads what the card shows.</summary>
    protected abstract Task ReadAsync();

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => DoAsync(() => Task.CompletedTask);

    /// <summary>Does something and shows what is so then.</summary>
    protected async Task DoAsync(Func<Task> act)
    {
        try
        {
            Away = false;
            if (Me.SessionId is not null)
            {
                await act();
                await ReadAsync();
            }
        }
        catch (Exception e) when (RendererInfo.IsInteractive && HubDatabase.IsAway(e))
        {
            // The first drawing of a page is a request, which is answered as such.
            Away = true;
        }
    }
}
