using System.Net;

namespace DiffusionHub.Security;

/// <summary>An answer of 500 is an error of the hub's, whatever was asked: it ends the test with what the hub logged.</summary>
internal sealed class FaultHandler(Faults faults) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        return answer.StatusCode != HttpStatusCode.InternalServerError ? answer : throw new InvalidOperationException($"{request.Method} {request.RequestUri}: 500. {faults}");
    }
}
