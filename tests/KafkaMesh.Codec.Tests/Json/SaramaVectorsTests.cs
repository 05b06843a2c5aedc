using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Json;

/// <summary>Another project's vectors: the bodies in the tests of Sarama, a client in Go, read from its sources as Debian ships them.</summary>
public sealed partial class SaramaVectorsTests
{
    private const string Sources = "/usr/share/gocode/src/github.com/Shopify/sarama";
    private const int Vectors = 141;

    /// <summary>Files whose name is not the API's.</summary>
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["aclcreate"] = "createacls",
        ["acldelete"] = "deleteacls",
        ["acldescribe"] = "describeacls",
        ["consumermetadata"] = "findcoordinator",
        ["offset"] = "listoffsets",
    };

    [Fact]
    public void Write_VectorsOfSarama_FitTheirVersionAndComeBack()
    {
        Assert.SkipUnless(Directory.Exists(Sources), "golang-github-shopify-sarama-dev is not installed: run tests/scripts/setup.sh.");
        var vectors = 0;
        foreach (var path in Directory.GetFiles(Sources, "*_test.go").Order(StringComparer.Ordinal))
        {
            if (FileName().Match(Path.GetFileName(path)) is not { Success: true } file) continue;
            var apiKey = ApiKeyOf(file.Groups[1].Value.Replace("_", "", StringComparison.Ordinal));
            var kind = file.Groups[2].Value == "request" ? MessageKind.Request : MessageKind.Response;
            foreach (Match vector in Vector().Matches(Comment().Replace(File.ReadAllText(path), "")))
            {
                vectors++;
                AssertFits(apiKey, kind, vector.Groups[1].Value, Bytes(vector.Groups[2].Value));
            }
        }

        Assert.Equal(Vectors, vectors);
    }

    /// <summary>Few say in bytes which version they are; those that say it in their name must fit that one, all others at least one.</summary>
    private static void AssertFits(short apiKey, MessageKind kind, string name, byte[] body)
    {
        var fitting = Target.All().Where(target => target.ApiKey == apiKey && target.Kind == kind && Fits(target, body)).ToList();
        Assert.True(fitting.Count > 0, $"{name}: no version of {kind} {apiKey} fits {Convert.ToHexString(body)}");
        if (Version().Match(name) is { Success: true } version)
        {
            Assert.True(fitting.Any(target => $"{target.Version}" == version.Groups[1].Value), $"{name} fits versions {string.Join(',', fitting.Select(target => target.Version))}");
        }
    }

    private static bool Fits(Target target, byte[] body)
    {
        var (error, json) = View.Of(target, body, JsonViewOptions.RecordData);
        var isRead = Decoded.Read(target, body) is { Status: DecodeStatus.Done, TrailingBytes: 0 };
        if (error != DecodeError.None || json.Contains("\"trailingBytes\"", StringComparison.Ordinal))
        {
            Assert.False(isRead, $"{target} is read, but not shown: {Convert.ToHexString(body)}");
            return false;
        }

        Assert.True(isRead, $"{target} is shown, but not read: {json}");
        if (json.Contains("\"invalidStrings\"", StringComparison.Ordinal)) return false;
        using var view = JsonDocument.Parse(json);
        var encoded = new ArrayBufferWriter<byte>();
        var encodes = BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, view.RootElement, encoded, out _) == EncodeError.None;
        return encodes && encoded.WrittenSpan.SequenceEqual(body);
    }

    private static short ApiKeyOf(string file)
    {
        var wanted = OtherNames.GetValueOrDefault(file, file);
        return Enumerable.Range(0, KafkaSchema.ApiKeyCount).Select(key => (short)key)
            .Single(key => ApiName.TryGet(key, out var name) && name.Equals(wanted, StringComparison.OrdinalIgnoreCase));
    }

    private static byte[] Bytes(string elements) => [.. Element().Matches(elements).Select(element => element.Value switch
    {
        ['\'', '\\', var escaped, '\''] => escaped switch { 'n' => (byte)'\n', 'r' => (byte)'\r', 't' => (byte)'\t', _ => (byte)escaped },
        ['\'', var character, '\''] => (byte)character,
        ['0', 'x' or 'X', .. var digits] => byte.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        var number => byte.Parse(number, CultureInfo.InvariantCulture),
    })];

    [GeneratedRegex(@"^(.*)_(request|response)_test\.go$")]
    private static partial Regex FileName();

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(\w+)\s*:?=\s*\[\]byte\{([^{}]*)\}")]
    private static partial Regex Vector();

    [GeneratedRegex(@"'(?:\\.|[^'])'|0[xX][0-9a-fA-F]+|[0-9]+")]
    private static partial Regex Element();

    [GeneratedRegex("[Vv](?:ersion)?([0-9]+)$")]
    private static partial Regex Version();
}
