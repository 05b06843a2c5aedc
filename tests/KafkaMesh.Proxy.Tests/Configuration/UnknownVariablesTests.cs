using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Tests.Configuration;

public sealed class UnknownVariablesTests
{
    [Theory]
    [InlineData("KAFKAMESH_OUTBOND_PORT", "KAFKAMESH_OUTBOUND_PORT")]
    [InlineData("KAFKAMESH_LOGLEVEL", "KAFKAMESH_LOG_LEVEL")]
    [InlineData("KAFKAMESH_TOPIC_LIMITS", "KAFKAMESH_TOPICS_LIMIT")]
    [InlineData("KAFKAMESH_EXCLUDE_CIDR", "KAFKAMESH_EXCLUDE_CIDRS")]
    [InlineData("KAFKAMESH_log_level", "KAFKAMESH_LOG_LEVEL")]
    [InlineData("KAFKAMESH_DRAIN\n_TIMEOUT", "KAFKAMESH_DRAIN_TIMEOUT")]
    [InlineData("KAFKAMESH_ADMN_PORT", "KAFKAMESH_ADMIN_PORT")] // Its value is no address of a Service.
    public void Warnings_Misspelt_NamesTheNearest(string name, string nearest)
    {
        string warning = Assert.Single(UnknownVariables.Warnings(new Dictionary<string, string> { [name] = "value", ["KAFKAMESH_PORTS"] = "9092", ["PATH"] = "/" }));
        Assert.Equal($"the variable {name.Replace('\n', '?')} is not known and has no effect; the nearest known name is {nearest}", warning);
    }

    [Theory]
    [InlineData("KAFKAMESH_OPERATOR_SERVICE_HOST", "10.96.0.1")]
    [InlineData("KAFKAMESH_OPERATOR_SERVICE_PORT", "443")]
    [InlineData("KAFKAMESH_OPERATOR_SERVICE_PORT_WEBHOOK_TLS", "443")]
    [InlineData("KAFKAMESH_OPERATOR_PORT", "tcp://10.96.0.1:443")]
    [InlineData("KAFKAMESH_OPERATOR_PORT_443_TCP", "tcp://10.96.0.1:443")]
    [InlineData("KAFKAMESH_OPERATOR_PORT_443_TCP_PROTO", "tcp")]
    [InlineData("KAFKAMESH_OPERATOR_PORT_443_TCP_PORT", "443")]
    [InlineData("KAFKAMESH_OPERATOR_PORT_53_UDP_ADDR", "10.96.0.1")]
    [InlineData("KAFKAMESH_PORT", "tcp://10.96.0.1:443")] // A Service called "kafkamesh".
    [InlineData("KAFKAMESH_SERVICE_HOST", "10.96.0.1")]
    [InlineData("KAFKAMESH_LOG_LEVEL", "debug")]
    [InlineData("KAFKA_MESH", "x")]
    public void Warnings_KnownOrOfAService_None(string name, string value) =>
        Assert.Empty(UnknownVariables.Warnings(new Dictionary<string, string> { [name] = value }));

    [Fact]
    public void Warnings_VeryMany_AreBounded()
    {
        var variables = Enumerable.Range(0, 500).ToDictionary(i => $"KAFKAMESH_X{i:000}{new string('Y', 5000)}", _ => "");
        IReadOnlyList<string> warnings = UnknownVariables.Warnings(variables);
        Assert.Equal(11, warnings.Count);
        Assert.All(warnings, warning => Assert.InRange(warning.Length, 1, 250));
        Assert.Equal("490 more variables that start with KAFKAMESH_ are not known", warnings[^1]);
    }
}
