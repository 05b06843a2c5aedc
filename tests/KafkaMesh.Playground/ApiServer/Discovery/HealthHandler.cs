using System.Text;
using KafkaMesh.Playground.ApiServer.Rest;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Discovery;

/// <summary>Answers <c>/livez</c>, <c>/readyz</c> and <c>/healthz</c> from the checks that this server has.</summary>
/// <param name="checks">Name and state of each check; a readiness check may fail while the server starts.</param>
internal sealed class HealthHandler(IReadOnlyDictionary<string, Func<bool>> checks)
{
    private static readonly string[] Endpoints = ["livez", "readyz", "healthz"];

    /// <summary>Handles a health path; false for any other.</summary>
    public async Task<bool> HandleAsync(HttpContext http, string path)
    {
        switch (path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case [var endpoint] when Endpoints.Contains(endpoint):
                await WriteAsync(http, endpoint);
                return true;
            case [var endpoint, var check] when Endpoints.Contains(endpoint) && checks.TryGetValue(check, out var holds):
                await ResponseWriter.WriteTextAsync(http, holds() ? 200 : 500, holds() ? "ok" : "internal server error: not ready");
                return true;
            default:
                return false;
        }
    }

    private Task WriteAsync(HttpContext http, string endpoint)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var states = checks.Select(c => (c.Key, Holds: c.Value())).ToList();
        var healthy = states.All(s => s.Holds);
        if (healthy && !http.Request.Query.ContainsKey("verbose"))
        {
            return ResponseWriter.WriteTextAsync(http, 200, "ok");
        }

        var text = new StringBuilder();
        foreach (var (name, holds) in states)
        {
            text.Append(holds ? "[+]" : "[-]").Append(name).Append(holds ? " ok\n" : " failed: reason withheld\n");
        }

        text.Append(endpoint).Append(healthy ? " check passed\n" : " check failed\n");
        return ResponseWriter.WriteTextAsync(http, healthy ? 200 : 500, text.ToString());
    }
}
