using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>The recorder's webhook servers: one that answers, others whose certificate is wrong, and a port on which nobody listens.</summary>
internal sealed partial class RecordedWebhooks : IAsyncDisposable
{
    /// <summary>The collection of webhook configurations.</summary>
    public const string Configurations = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

    private static readonly (int Port, CertificateFlaw Flaw)[] Recorded =
    [
        (28443, CertificateFlaw.None), (28444, CertificateFlaw.OtherName), (28445, CertificateFlaw.Expired), (28446, CertificateFlaw.NoNames),
        (28447, CertificateFlaw.PlainHttp),
    ];

    private readonly Dictionary<int, RecordedWebhook> _servers = [];
    private RecordedWebhook? _stranger;
    private readonly Socket _dead = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private RecordedWebhooks()
    {
    }

    private RecordedWebhook Main => _servers[Recorded[0].Port];

    /// <summary>Starts the servers.</summary>
    public static async Task<RecordedWebhooks> StartAsync(CancellationToken cancel)
    {
        var webhooks = new RecordedWebhooks();
        foreach (var (port, flaw) in Recorded)
        {
            webhooks._servers[port] = await RecordedWebhook.StartAsync(flaw, cancel);
        }

        webhooks._stranger = await RecordedWebhook.StartAsync(CertificateFlaw.None, cancel);

        // Bound and not listening: the port stays ours, and connections are refused.
        webhooks._dead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return webhooks;
    }

    /// <summary>A line of a transcript with the ports and the certificate of these servers.</summary>
    public string Adapt(string line)
    {
        var text = RecordedPort().Replace(line, match => PortOf(int.Parse(match.Value, CultureInfo.InvariantCulture)));
        return text.Replace("<ca-bundle>", Bundle(_servers.Values), StringComparison.Ordinal);
    }

    /// <summary>The configuration that a note of the recorder describes.</summary>
    public JsonObject ConfigurationOf(string note)
    {
        var found = Note().Match(note);
        var url = $"https://127.0.0.1:{(found.Groups["port"] is { Success: true } port ? port.Value : PortOf(Recorded[0].Port))}{found.Groups["path"].Value}";
        var bundle = Bundle(note.Contains("ca=another CA", StringComparison.Ordinal) ? [_stranger!] : _servers.Values);
        var client = found.Groups["client"] is { Success: true } own ? JsonNode.Parse(own.Value)! : new JsonObject { ["url"] = url, ["caBundle"] = bundle };
        return new JsonObject
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = "MutatingWebhookConfiguration",
            ["metadata"] = new JsonObject { ["name"] = "one" },
            ["webhooks"] = new JsonArray(new JsonObject
            {
                ["name"] = "one.kafkamesh.io",
                ["clientConfig"] = client,
                ["rules"] = new JsonArray(JsonNode.Parse("""{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"],"scope":"Namespaced"}""")),
                ["admissionReviewVersions"] = new JsonArray("v1"),
                ["sideEffects"] = "None",
                ["failurePolicy"] = found.Groups["policy"] is { Success: true } policy ? policy.Value : "Fail",
                ["timeoutSeconds"] = found.Groups["timeout"] is { Success: true } timeout ? int.Parse(timeout.Value, CultureInfo.InvariantCulture) : 2,
            }),
        };
    }

    /// <summary>Gets the answers ready that were recorded for a request.</summary>
    public void Prepare(TranscriptStep step)
    {
        Main.Answers.Clear();
        step.Calls.ForEach(call => Main.Answers.Enqueue(call["answer"] as JsonObject));
    }

    /// <summary>The differences between the recorded calls and those that came.</summary>
    public IReadOnlyList<string> Compare(TranscriptStep step, Placeholders placeholders)
    {
        var asked = Main.TakeAsked();
        var expected = step.Calls.Select(call => call["webhook"]!["url"]!.ToString()).ToList();
        if (!expected.SequenceEqual(asked.Select(a => a.Path)))
        {
            return [$"calls: recorded [{string.Join(' ', expected)}] ours [{string.Join(' ', asked.Select(a => a.Path))}]"];
        }

        var comparer = new AnswerComparer(placeholders);
        return [.. step.Calls.Zip(asked).SelectMany((pair, i) => comparer.Compare($"calls[{i}]", pair.First["webhook"]!["body"], pair.Second.Review))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }

        if (_stranger is not null)
        {
            await _stranger.DisposeAsync();
        }

        _dead.Dispose();
    }

    private static string Bundle(IEnumerable<RecordedWebhook> servers) => Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Join('\n', servers.Select(s => s.Certificate))));

    private string PortOf(int recorded) => _servers.TryGetValue(recorded, out var server)
        ? server.Authority.Split(':')[1]
        : ((IPEndPoint)_dead.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\b28(443|444|445|446|447|499)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RecordedPort();

    [GeneratedRegex("""^path (?<path>/\w+)(, port=(?<port>\d+))?(, ca=another CA)?(, cc=(?<client>\{.*\}))?(, timeoutSeconds=(?<timeout>\d+))?(, failurePolicy="(?<policy>\w+)")?$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Note();
}
