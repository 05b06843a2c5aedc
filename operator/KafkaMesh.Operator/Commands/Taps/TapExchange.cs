namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>A request and its response, or what was seen of them.</summary>
/// <param name="Request">The request; null when it passed before the tap, or does not match the filters.</param>
/// <param name="Response">The response; null when none was seen.</param>
internal sealed record TapExchange(TapFrame? Request, TapFrame? Response)
{
    /// <summary>What came last.</summary>
    public TapFrame Last => Response ?? Request!;

    /// <summary>Client id; null when there is none.</summary>
    public string? ClientId => Request?.ClientId ?? Response?.ClientId;

    /// <summary>Errors of the response.</summary>
    public IReadOnlyList<string> Errors => Response?.Errors ?? [];

    /// <summary>Those of the request, or of the response where the request names none: one that asks for all topics.</summary>
    public (IReadOnlyList<string> Names, int More) Topics
    {
        get
        {
            var named = Count(Request) > 0 || Response is null ? Request : Response;
            return (named?.Topics ?? [], Math.Max(0, named?.MoreTopics ?? 0));

            static int Count(TapFrame? frame) => frame?.Topics?.Count ?? 0;
        }
    }
}
