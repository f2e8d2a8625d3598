using DiffusionHub.Data.Settings;
using DiffusionHub.Web;
using DiffusionHub.Web.Shared.Net;

try
{
    var app = WebProgram.Build(args, HubSettings.Load());
    Supervised.StopWhenParentEnds(app.Lifetime.StopApplication);
    await app.RunHubAsync();
    return 0;
}
catch (Exception e) when (e is SettingsException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
