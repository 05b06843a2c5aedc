using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>The recorder's placeholders: bound to our values when an answer shows them, put back into later requests.</summary>
internal sealed partial class Placeholders
{
    private const string Time = "2026-01-01T00:00:00Z";
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Binds a placeholder to one of our values.</summary>
    public void Bind(string placeholder, string value) => _values.TryAdd(placeholder, value);

    /// <summary>Says what a placeholder stands for from now on.</summary>
    public void Rebind(string placeholder, string value) => _values[placeholder] = value;

    /// <summary>What a placeholder stands for, or null.</summary>
    public string? ValueOf(string placeholder) => _values.GetValueOrDefault(placeholder);

    /// <summary>Gives every uid that a document mentions a value; an object that is found later keeps the one by which others refer to it.</summary>
    public void BindUids(string document)
    {
        foreach (Match match in EscapedUid().Matches(document))
        {
            Bind($"<{match.Groups["uid"].Value}>", Guid.NewGuid().ToString());
        }
    }

    /// <summary>Whether a text of ours fits a recorded one; new placeholders in it are bound.</summary>
    public bool Matches(string recorded, string actual)
    {
        var names = new List<string>();
        var pattern = new StringBuilder("^");
        var at = 0;
        foreach (Match match in Any().Matches(recorded))
        {
            pattern.Append(Regex.Escape(recorded[at..match.Index])).Append('(').Append(PatternOf(match.Value)).Append(')');
            names.Add(match.Value);
            at = match.Index + match.Length;
        }

        pattern.Append(Regex.Escape(recorded[at..])).Append(@"\z");
        var found = Regex.Match(actual, pattern.ToString(), RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        if (!found.Success)
        {
            return false;
        }

        for (var i = 0; i < names.Count; i++)
        {
            if (!Fits(names[i], found.Groups[i + 1].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether an address of ours, which each server takes out of its range, may stand for the recorded one: it must do so everywhere.</summary>
    public bool MatchesAddress(string recorded, string actual) =>
        IPAddress.TryParse(recorded, out var theirs) && IPAddress.TryParse(actual, out var ours) && theirs.AddressFamily == ours.AddressFamily
        && (_values.TryAdd(recorded, actual) || _values[recorded] == actual);

    /// <summary>Whether a name of ours may stand for a recorded one that the server made from <c>generateName</c>.</summary>
    public bool MatchesGenerated(string prefix, string recorded, string actual) =>
        recorded.StartsWith(prefix, StringComparison.Ordinal) && actual.StartsWith(prefix, StringComparison.Ordinal) && recorded.Length == actual.Length
        && (_values.TryAdd(recorded, actual) || _values[recorded] == actual);

    /// <summary>A recorded text with our values in it.</summary>
    public string Fill(string recorded)
    {
        var text = ContinueToken().Replace(recorded, match => EncodeToken(match.Groups["rv"].Value, match.Groups["start"].Value));
        return Any().Replace(text, match => match.Value switch
        {
            "<time>" => Time,
            "<microtime>" => "2026-01-01T00:00:00.000000Z",
            var name when _values.TryGetValue(name, out var value) => value,
            var name when name.StartsWith("<rv-", StringComparison.Ordinal) => "1",
            var name => name,
        });
    }

    /// <summary>A recorded document with our values in it, as text.</summary>
    public string Fill(JsonNode recorded) => Fill(recorded.ToJsonString(Relaxed));

    // An uid, like the random end of a name, must stay the same within a transcript; versions only have to be versions: their distances differ.
    private bool Fits(string name, string value)
    {
        if (name == "<token>")
        {
            // The first token is that of the account in whose name later requests are made.
            _values.TryAdd(name, value);
            return true;
        }

        if (name.StartsWith('<') && !name.StartsWith("<uid-", StringComparison.Ordinal))
        {
            _values[name] = value;
            return true;
        }

        return _values.TryAdd(name, value) || _values[name] == value;
    }

    private string EncodeToken(string version, string start)
    {
        var json = $"{{\"v\":\"meta.k8s.io/v1\",\"rv\":{Fill(version)},\"start\":\"{start}\"}}";
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static string PatternOf(string placeholder) => placeholder switch
    {
        _ when placeholder.StartsWith("<uid-", StringComparison.Ordinal) => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        _ when placeholder.StartsWith("<rv-", StringComparison.Ordinal) => "[0-9]+",
        "<time>" => @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
        "<microtime>" => @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
        "<age>" => @"[0-9]+[smhdy]([0-9]+[smhd])?|<unknown>",
        "<token>" => @"[\w-]+\.[\w-]+\.[\w-]+",
        _ when !placeholder.StartsWith('<') => "[a-z0-9]{5}",
        _ => ".+",
    };

    [GeneratedRegex("<(uid-\\d+|rv-\\d+|time|microtime|age|token|sha256|kid|hash|uid)>|(?<=kube-api-access-)[a-z0-9]{5}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Any();

    [GeneratedRegex(@"(<|\\u003C)(?<uid>uid-\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EscapedUid();

    [GeneratedRegex("<continue rv=(?<rv><rv-\\d+>|-?\\d+) start=\"(?<start>[^\"]*)\">", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ContinueToken();
}
