using BenchmarkDotNet.Attributes;

namespace KafkaMesh.Benchmarks.Codec;

/// <summary>One body per call: choose the decoder or program, then decode. Public because the harness calls it from another assembly.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class BodyBenchmarks
{
    /// <summary>Bytes of a piece.</summary>
    internal const int PieceLength = 16 * 1024;

    private BodyReader _reader;
    private SummingSink _sink;
    private short _apiKey;
    private short _version;
    private MessageKind _kind;
    private byte[] _body = [];

    /// <summary>The frames by name.</summary>
    public static IEnumerable<string> Names => BenchmarkFrame.All.Select(frame => frame.Name);

    /// <summary>Which frame is decoded.</summary>
    [ParamsSource(nameof(Names))]
    public string Frame { get; set; } = "";

    [GlobalSetup]
    public void Choose()
    {
        var frame = BenchmarkFrame.All.Single(frame => frame.Name == Frame);
        (_apiKey, _version, _kind, _body) = (frame.ApiKey, frame.Version, frame.Kind, frame.Body);
    }

    [Benchmark(Baseline = true)]
    public long StraightLine()
    {
        StraightLineDecoder.Decode(_apiKey, _version, _kind, _body, ref _sink);
        return _sink.Sum;
    }

    [Benchmark]
    public long Whole()
    {
        _reader.TryStart(_apiKey, _version, _kind, _body.Length);
        _reader.Read(_body, ref _sink);
        return _sink.Sum;
    }

    [Benchmark]
    public long Pieces16KiB()
    {
        ReadOnlySpan<byte> left = _body;
        _reader.TryStart(_apiKey, _version, _kind, left.Length);
        while (left.Length > PieceLength && _reader.Read(left[..PieceLength], ref _sink) == DecodeStatus.NeedMoreData) left = left[PieceLength..];
        _reader.Read(left, ref _sink);
        return _sink.Sum;
    }
}
