using System.Text;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;
using Microsoft.AspNetCore.Http;
using Serilog;

namespace KafkaMesh.Operator.Tests.Webhook;

public sealed class AdmissionEndpointTests : IDisposable
{
    private readonly BodyRoom _room = new(64 * BodyRoom.ChunkBytes);

    public void Dispose() => _room.Dispose();

    /// <summary>API servers go on with the connections that they have: one that is about to end is left before a question crosses its end.</summary>
    [Theory]
    [InlineData(true, "close")]
    [InlineData(false, "")]
    public async Task Handle_WhileStopping_AsksForAnotherConnection(bool isStopping, string connection)
    {
        var context = Post("""{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1", "operation": "DELETE"}}""");

        await Endpoint(isStopping).HandleAsync(context);

        Assert.Equal(200, context.Response.StatusCode);
        Assert.Equal(connection, context.Response.Headers.Connection.ToString());
    }

    [Theory]
    [InlineData("""{"uid": "\ud800"}""")]
    [InlineData("""{"uid": ""}""")]
    [InlineData("""{"uid": "u-1", "object": []}""")]
    [InlineData("""{"uid": "u-1", "object": "pod"}""")]
    [InlineData("""{"uid": "u-1", "resource": "pods"}""")]
    [InlineData("""{"uid": "u-1", "dryRun": "perhaps"}""")]
    [InlineData("[]")]
    public async Task Handle_RequestOfAnotherForm_IsNoReview(string request)
    {
        var context = Post($$"""{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {{request}} }""");

        await Endpoint(isStopping: false).HandleAsync(context);

        Assert.Equal(400, context.Response.StatusCode);
    }

    [Fact]
    public async Task Handle_DeeperThanAnyPod_IsNoReview()
    {
        var pod = string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string('}', 100_000);
        var context = Post($$"""{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1", "object": {{pod}} } }""");

        await Endpoint(isStopping: false).HandleAsync(context);

        Assert.Equal(400, context.Response.StatusCode);
    }

    private AdmissionEndpoint Endpoint(bool isStopping)
    {
        var metrics = new OperatorMetrics("1");
        var handler = new AdmissionHandler(
            null!, () => new SidecarDefaults("proxy:1", "IfNotPresent", "1"), new ProtectedNamespaces("kafkamesh-system", []), metrics, new RecordedEvents(), new LoggerConfiguration().CreateLogger());
        return new AdmissionEndpoint(handler, _room, metrics, TimeProvider.System, () => isStopping);
    }

    private static DefaultHttpContext Post(string body) => new()
    {
        Request = { ContentType = "application/json", Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) },
        Response = { Body = new MemoryStream() },
    };
}
