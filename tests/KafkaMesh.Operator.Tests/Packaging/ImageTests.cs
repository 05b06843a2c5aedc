using System.Formats.Tar;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Packaging;

/// <summary>What is in the images that <c>make images</c> leaves, and why. A file without a reason fails.</summary>
public sealed class ImageTests
{
    private static readonly string[] Both =
    [
        @"etc/(passwd|group)", // names for the uids, as tools and audits expect them
        @"etc/nsswitch\.conf", // host names by files and DNS
        @"usr/lib(64)?/(.+/)?ld-linux.*", // the loader
        @"usr/lib/[^/]+/lib(c|m|dl|pthread|rt|gcc_s|stdc\+\+)\.so\.\d+", // what the .NET runtime is linked with
        @"usr/lib/[^/]+/lib(ssl|crypto)\.so\.3", // TLS, certificates, tokens
    ];

    private static readonly string[] Operator =
    [
        @"usr/local/bin/kafkamesh",
        @"etc/ssl/certs/ca-certificates\.crt", // clusters by kubeconfig whose certificate is a public one
    ];

    private static readonly string[] Proxy =
    [
        @"usr/local/bin/kafkamesh-proxy",
        @"usr/sbin/(nft|xtables-(nft|legacy)-multi)", // init: the redirect, by whichever the node has
        @"usr/lib/[^/]+/xtables/lib(xt|ipt|ip6t)_\w+\.so", // rules of the redirect, and those of others that are read back beside them
        @"usr/lib/[^/]+/lib(xtables|ip4tc|ip6tc|mnl|nftnl|nftables|jansson|gmp|edit|tinfo|bsd|md)\.so\.\d+", // what these programs are linked with
        @"etc/protocols", // names of protocols in rules
    ];

    [Theory]
    [InlineData("operator", "65532:65532")]
    [InlineData("proxy", "4092:4092")]
    public void Image_AsBuilt_RunsAsItsUserAndHoldsNothingWithoutAReason(string image, string user)
    {
        var archive = Path.Combine(Repository.Root, "out", "images", $"kafkamesh-{image}.tar");
        Assert.SkipUnless(File.Exists(archive), $"out/images/kafkamesh-{image}.tar is not here: make images");
        var reasons = new Regex($"^({string.Join('|', Both.Concat(image == "operator" ? Operator : Proxy))})$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        var (config, entries) = Read(archive);

        Assert.Equal(user, config["User"]!.ToString());
        var files = entries.Where(e => e.EntryType is not (TarEntryType.Directory or TarEntryType.SymbolicLink)).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Matches(reasons, Name(file)));
        Assert.All(entries, e => Assert.False(e.Mode.HasFlag(UnixFileMode.SetUser) || e.Mode.HasFlag(UnixFileMode.SetGroup), Name(e)));
        Assert.All(files, file => Assert.Equal((UnixFileMode)0, file.Mode & (UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)));
        Assert.DoesNotContain(entries, e => Path.GetFileName(Name(e)) is "sh" or "bash" or "busybox" or "apt" or "dpkg" or "curl" or "wget" or "python3");
    }

    private static (JsonNode Config, List<TarEntry> Entries) Read(string archive)
    {
        JsonNode? config = null;
        List<TarEntry> entries = [];
        using var stream = File.OpenRead(archive);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.Name.EndsWith(".tar", StringComparison.Ordinal))
                entries = Entries(entry.DataStream!);
            else if (entry.Name != "manifest.json")
                config = JsonNode.Parse(entry.DataStream!)!["config"];
        }
        return (config!, entries);
    }

    private static List<TarEntry> Entries(Stream layer)
    {
        var entries = new List<TarEntry>();
        using var reader = new TarReader(layer);
        while (reader.GetNextEntry() is { } entry)
            entries.Add(entry);
        return entries;
    }

    private static string Name(TarEntry entry) => entry.Name.TrimStart('.', '/').TrimEnd('/');
}
