using System.Net;
using KafkaMesh.Contracts;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>The dashboard with <c>--dashboard-auth Token</c>.</summary>
public sealed class TokenModeTests(TokenModeFixture fixture) : IClassFixture<TokenModeFixture>
{
    [Fact]
    public async Task Looking_WithAToken_ShowsWhatItsUserMayGet()
    {
        foreach (var space in (string[])["open", "shut"])
            await fixture.ApplyMonitorAsync(space);
        await fixture.Kubectl.RunAsync(null, "create", "serviceaccount", "ann", "-n", "open");
        await fixture.Kubectl.RunAsync(null, "create", "rolebinding", "ann", "-n", "open", "--clusterrole=kafkamesh-tap", "--serviceaccount=open:ann");
        var ann = await fixture.TokenAsync("ann", "open", WellKnownNames.DashboardAudience);
        var all = await fixture.TapTokenAsync();
        foreach (var path in (string[])["/api/v1/info", "/api/v1/monitors", "/api/v1/topology", "/api/v1/events", "/api/v1/namespaces/open/monitors/orders"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.GetJsonAsync(path)).Status);

        var list = await fixture.UntilJsonAsync("/api/v1/monitors", m => m["monitors"]!.AsArray().Count == 1, ann);
        Assert.Equal("open", list["monitors"]![0]!["namespace"]!.ToString());

        // The list of those who may see everything is written once a second for all of them.
        await fixture.UntilJsonAsync("/api/v1/monitors", m => m["monitors"]!.AsArray().Count == 2, all);
        Assert.Equal(HttpStatusCode.OK, (await fixture.GetJsonAsync("/api/v1/namespaces/open/monitors/orders", ann)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await fixture.GetJsonAsync("/api/v1/namespaces/shut/monitors/orders", ann)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await fixture.GetJsonAsync("/api/v1/topology?namespace=shut", ann)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await fixture.GetJsonAsync("/api/v1/events?namespace=shut&monitor=orders", ann)).Status);
        using var client = fixture.Client(ann);
        using var events = await EventReader.OpenAsync(client, "/api/v1/events");
        Assert.Single((await events.NextAsync("monitors"))["monitors"]!.AsArray());
        Assert.Equal("Token", (await fixture.GetJsonAsync("/api/v1/info", ann)).Body["auth"]!.ToString());
        using var watched = await EventReader.OpenAsync(client, "/api/v1/events?namespace=open&monitor=orders");
        await watched.NextAsync("monitor");
        await fixture.Kubectl.RunAsync(null, "delete", "rolebinding", "ann", "-n", "open");
        await EndAsync(watched).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.Forbidden, (await fixture.GetJsonAsync("/api/v1/events?namespace=open&monitor=orders", ann)).Status);
        using var anonymous = fixture.Client();
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await anonymous.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
    }

    // Passes over what was on its way.
    private static async Task EndAsync(EventReader events)
    {
        while (await events.NextAsync() is not null)
            continue;
    }
}
