using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

/// <summary>
/// Pods that come, restart, end, leave the selector and return, reports that are lost or late, and leaders that stop or crash; and beside the
/// ledger a model of the truth: the sum over all sidecar processes of the last that each had told to a leader whose ledger lives on.
/// </summary>
internal sealed class LedgerHistory
{
    private readonly Random _random;
    private readonly List<Pod> _pods = [];
    private StatsLedger _ledger = new();
    private Dictionary<string, long> _told = [];
    private byte[] _stored;
    private Dictionary<string, long> _toldStored = [];
    private int _next;

    public LedgerHistory(int seed)
    {
        _random = new Random(seed);
        _stored = LedgerCodec.Encode(_ledger.Snapshot());
    }

    /// <summary>How often each kind of step happened.</summary>
    public Dictionary<string, int> Happened { get; } = [];

    /// <summary>Requests by the model.</summary>
    public long Expected => _told.Values.Sum();

    /// <summary>Requests by the ledger.</summary>
    public long Counted => _ledger.Totals().Apis.Sum(api => api.Requests);

    /// <summary>Records by the ledger, ten a request.</summary>
    public long Records => _ledger.Totals().Topics.Sum(topic => topic.Records);

    /// <summary>Does one thing.</summary>
    /// <returns>What it was.</returns>
    public string Step()
    {
        var what = _random.Next(20) switch
        {
            0 => Start(),
            1 => Change(_ => true, "restarts", pod => pod.Restart($"i{_next++}")),
            2 => Change(pod => pod.IsSelected, "leaves", pod => pod.IsSelected = false),
            3 => Change(pod => !pod.IsSelected, "returns", pod => pod.IsSelected = true),
            4 => End(),
            5 when _random.Next(4) == 0 => Change(_ => true, "vanishes", pod => _pods.Remove(pod)),
            6 => Store("next leader", isCrash: false),
            7 => Store("crash", isCrash: true),
            _ => Collect(),
        };
        Happened[what] = Happened.GetValueOrDefault(what) + 1;
        return what;
    }

    private string Start()
    {
        if (_pods.Count < 20)
            _pods.Add(new Pod($"pod-{_next++}", $"i{_next++}"));
        return "starts";
    }

    private string Change(Func<Pod, bool> which, string what, Action<Pod> change)
    {
        var candidates = _pods.Where(which).ToList();
        if (candidates.Count == 0)
            return Collect();
        change(candidates[_random.Next(candidates.Count)]);
        return what;
    }

    // Draining is seen, the final report perhaps.
    private string End() => Change(pod => pod.IsSelected, "ends", pod =>
    {
        if (_random.Next(2) == 0)
            Take(pod);
        Look(pod);
        _pods.Remove(pod);
    });

    private string Collect()
    {
        foreach (var pod in _pods.Where(pod => pod.IsSelected).ToList())
        {
            pod.Requests += _random.Next(5);
            switch (_random.Next(6))
            {
                case 0:
                    pod.Sequence++; // the answer was lost
                    break;
                case 1 when _told.TryGetValue(pod.Instance, out var told):
                    // A late answer: what it says was overtaken.
                    Assert.Null(_ledger.Record(pod.Uid, Reports.Of(pod.Instance, 0, told / 2)));
                    break;
                default:
                    Take(pod);
                    break;
            }
        }
        Look(ending: null);
        return "collects";
    }

    private void Take(Pod pod)
    {
        Assert.Null(_ledger.Record(pod.Uid, Reports.Of(pod.Instance, ++pod.Sequence, pod.Requests)));
        _told[pod.Instance] = pod.Requests;
    }

    // As the controller does: what retired is stored before anything is shown, the rest now and then.
    private void Look(Pod? ending)
    {
        _ledger.Retire(_pods.Where(pod => pod.IsSelected).Select(pod => pod.Uid).ToHashSet(), ending is null ? new HashSet<string>() : new HashSet<string> { ending.Uid });
        if (_ledger.HasRetired || _random.Next(4) == 0)
            Save();
    }

    private void Save()
    {
        _stored = LedgerCodec.Encode(_ledger.Snapshot());
        _toldStored = new Dictionary<string, long>(_told);
        _ledger.MarkStored();
    }

    // Whoever crashes takes with it what was not stored: living sidecars tell it again.
    private string Store(string what, bool isCrash)
    {
        if (!isCrash)
            Save();
        _ledger = StatsLedger.From(LedgerCodec.Decode(_stored));
        _told = new Dictionary<string, long>(_toldStored);
        return what;
    }

    private sealed class Pod(string uid, string instance)
    {
        public string Uid { get; } = uid;

        public string Instance { get; private set; } = instance;

        public long Sequence { get; set; }

        public long Requests { get; set; }

        public bool IsSelected { get; set; } = true;

        public void Restart(string instance) => (Instance, Sequence, Requests) = (instance, 0, 0);
    }
}
