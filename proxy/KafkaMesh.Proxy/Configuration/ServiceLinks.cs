namespace KafkaMesh.Proxy.Configuration;

/// <summary>
/// Kubernetes tells every container where the Services of its namespace are, by variables named after them: a Service <c>kafkamesh-outbound</c> gives
/// <c>KAFKAMESH_OUTBOUND_PORT=tcp://10.96.0.7:80</c>. They are nobody's configuration.
/// See https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables.
/// </summary>
internal static class ServiceLinks
{
    private const string Port = "_PORT";
    private const string ServicePort = "_SERVICE_PORT";

    /// <summary>The variable was set for a Service: NAME_PORT is told from a setting by its value, the others by their names.</summary>
    public static bool Contains(string name, string value) =>
        name.EndsWith("_SERVICE_HOST", StringComparison.Ordinal)
        || name.EndsWith(ServicePort, StringComparison.Ordinal)
        || name.Contains(ServicePort + "_", StringComparison.Ordinal)
        || (name.EndsWith(Port, StringComparison.Ordinal) && IsAddress(value))
        || IsPartOfAddress(name);

    // tcp://10.96.0.7:80
    private static bool IsAddress(string value) =>
        value.IndexOf("://", StringComparison.Ordinal) is var end and > 0 && IsProtocol(value[..end].ToUpperInvariant());

    // NAME_PORT_80_TCP, also with _PROTO, _PORT or _ADDR behind it.
    private static bool IsPartOfAddress(string name) =>
        name.LastIndexOf(Port + "_", StringComparison.Ordinal) is var start and >= 0
        && name[(start + Port.Length + 1)..].Split('_') is [var port, var protocol, .. var part]
        && port.Length > 0
        && port.All(char.IsAsciiDigit)
        && IsProtocol(protocol)
        && (part is [] or ["PROTO" or "PORT" or "ADDR"]);

    private static bool IsProtocol(string text) => text is "TCP" or "UDP" or "SCTP";
}
