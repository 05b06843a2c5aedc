namespace KafkaMesh.EndToEnd;

/// <summary>Image references that manifests are rewritten to; the repository's own names when nothing else is given.</summary>
internal sealed record TestImages(string Operator, string Proxy, string Clients)
{
    public static TestImages Default { get; } = new("kafkamesh-operator:v0.1.0", "kafkamesh-proxy:v0.1.0", "kafkamesh-clients:v0.1.0");

    public static TestImages FromEnvironment() => new(
        Environment.GetEnvironmentVariable("OPERATOR_IMAGE") is { Length: > 0 } operatorImage ? operatorImage : Default.Operator,
        Environment.GetEnvironmentVariable("PROXY_IMAGE") is { Length: > 0 } proxyImage ? proxyImage : Default.Proxy,
        Environment.GetEnvironmentVariable("CLIENTS_IMAGE") is { Length: > 0 } clientsImage ? clientsImage : Default.Clients);

    public string Rewrite(string manifest) => manifest
        .Replace(Default.Operator, Operator, StringComparison.Ordinal)
        .Replace(Default.Proxy, Proxy, StringComparison.Ordinal)
        .Replace(Default.Clients, Clients, StringComparison.Ordinal);
}
