using System.Globalization;
using System.Net;
using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Configuration;

/// <summary>The settings of <c>kafkamesh-proxy init</c>.</summary>
/// <param name="Redirect">What to capture.</param>
/// <param name="Backend">How; null chooses by what is there.</param>
/// <param name="Verifies">Proves the capture with real connections.</param>
/// <param name="IsDryRun">Print only.</param>
internal sealed record InitSettings(RedirectSettings Redirect, RedirectBackend? Backend, bool Verifies, bool IsDryRun)
{
    private const int MaxRanges = 256;

    /// <summary>Reads the settings; valid only if the reader has no <see cref="FlagReader.Error"/> afterwards.</summary>
    public static InitSettings Read(FlagReader flags)
    {
        string direction = flags.OneOf(InitFlags.Direction, "outbound", "inbound", "both");
        var redirect = new RedirectSettings
        {
            Ports = flags.Ports(InitFlags.Ports),
            CapturesOutbound = direction is "outbound" or "both",
            CapturesInbound = direction is "inbound" or "both",
            OutboundPort = flags.Number(InitFlags.OutboundPort, 1, IPEndPoint.MaxPort),
            InboundPort = flags.Number(InitFlags.InboundPort, 1, IPEndPoint.MaxPort),
            AdminPort = flags.Number(InitFlags.AdminPort, 1, IPEndPoint.MaxPort),
            ProxyUid = flags.Number(InitFlags.ProxyUid, 1, int.MaxValue),
            Included = ReadRanges(flags, InitFlags.IncludeCidrs),
            Excluded = ReadRanges(flags, InitFlags.ExcludeCidrs),
        };
        RedirectBackend? backend = flags.OneOf(InitFlags.Backend, "auto", "nft", "legacy", "native") switch
        {
            "nft" => RedirectBackend.Nft,
            "legacy" => RedirectBackend.Legacy,
            "native" => RedirectBackend.Native,
            _ => null,
        };
        int[] own = [redirect.OutboundPort, redirect.InboundPort, redirect.AdminPort];
        if (own.Concat(redirect.Ports).Distinct().Count() != own.Length + redirect.Ports.Count)
        {
            string ports = string.Join(',', redirect.Ports);
            flags.Reject(
                $"--outbound-port={own[0]}, --inbound-port={own[1]}, --admin-port={own[2]} and --ports={ports} clash: accepted are different ports");
        }

        return new InitSettings(redirect, backend, flags.Switch(InitFlags.Verify), flags.Switch(InitFlags.DryRun));
    }

    private static List<IPNetwork> ReadRanges(FlagReader flags, Flag flag)
    {
        var ranges = new List<IPNetwork>();
        foreach (FlagValue value in flags.List(flag))
        {
            if (TryParseRange(value.Text, out IPNetwork range) && ranges.Count < MaxRanges)
            {
                ranges.Add(range);
            }
            else
            {
                flags.Reject(flag, value);
            }
        }

        return ranges;
    }

    // Host bits may be set, as iptables and users allow; IPNetwork wants them clear.
    private static bool TryParseRange(string text, out IPNetwork range)
    {
        range = default;
        int slash = text.IndexOf('/');
        if (slash < 0
            || !HostAndPort.TryParseAddress(text[..slash], out IPAddress address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix))
        {
            return false;
        }

        byte[] bytes = address.GetAddressBytes();
        if (prefix > bytes.Length * 8)
        {
            return false;
        }

        for (int bit = prefix; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        range = new IPNetwork(new IPAddress(bytes), prefix);
        return true;
    }
}
