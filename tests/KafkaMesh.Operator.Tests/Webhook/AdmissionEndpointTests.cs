using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;
using Microsoft.AspNetCore.Http;
using Serilog;

namespace KafkaMesh.Operator.Tests.Webhook;

public sealed class AdmissionEndpointTests
{
    /// <summary>API servers go on with the connections that they have: one that is about to end is left before a question crosses its end.</summary>
    [Theory]
    [InlineData("HTTP/1.1", true, "close")]
    [InlineData("HTTP/1.1", false, "")]
    [InlineData("HTTP/2", true, "")]
    public async Task Handle_WhileStopping_AsksForAnotherConnection(string protocol, bool isStopping, string connection)
    {
        var metrics = new OperatorMetrics("1");
        var handler = new AdmissionHandler(
            null!, () => new SidecarDefaults("proxy:1", "IfNotPresent", "1"), new ProtectedNamespaces("kafkamesh-system", []), metrics, new RecordedEvents(), new LoggerConfiguration().CreateLogger());
        var endpoint = new AdmissionEndpoint(handler, metrics, TimeProvider.System, () => isStopping);
        var context = new DefaultHttpContext
        {
            Request =
            {
                Protocol = protocol,
                ContentType = "application/json",
                Body = new MemoryStream("""{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1", "operation": "DELETE"}}"""u8.ToArray()),
            },
            Response = { Body = new MemoryStream() },
        };

        await endpoint.HandleAsync(context);

        Assert.Equal(200, context.Response.StatusCode);
        Assert.Equal(connection, context.Response.Headers.Connection.ToString());
    }
}
