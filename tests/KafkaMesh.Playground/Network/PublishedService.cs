using System.Globalization;

namespace KafkaMesh.Playground.Network;

/// <summary>A Service's port that people reach on 127.0.0.1, written <c>namespace/service:port</c> or <c>namespace/service:port=localport</c>.</summary>
internal sealed record PublishedService(string Namespace, string Service, int Port, int LocalPort)
{
    /// <summary>Reads the option's text; null when it is not of that form.</summary>
    public static PublishedService? TryParse(string text)
    {
        var (target, local) = text.Split('=') is [var left, var right] ? (left, right) : (text, "0");
        if (target.Split('/') is not [{ Length: > 0 } space, var rest] || rest.Split(':') is not [{ Length: > 0 } service, var port]) return null;
        return IsPort(port, out var number) && number > 0 && IsPort(local, out var localNumber) ? new PublishedService(space, service, number, localNumber) : null;
    }

    private static bool IsPort(string text, out int port) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
}
