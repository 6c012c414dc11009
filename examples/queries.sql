-- Ten questions to a run of `ikedump batch`, for DuckDB. Start it in the run folder: duckdb < queries.sql
-- Each table is result/NAME.parquet; docs/batch.md lists their columns. A test runs each query and compares the answer with the reports.

-- 1. Tunnels without PFS, by gateway. The first Child SA of an IKEv2 SA never has a key exchange of its own (RFC 7296 §1.2), so rekeys count.
select responder, count(*) as child_sas, count(*) filter (not pfs) as without_pfs
from 'result/child_sas.parquet'
where rekeys is not null
group by responder
order by without_pfs desc, responder;

-- 2. Failures by cause and hour.
select date_trunc('hour', first_time) as hour, cause, certainty, count(*) as sas
from 'result/verdicts.parquet'
where outcome in ('failed', 'no-answer', 'no-tunnel', 'lost')
group by all
order by hour, sas desc, cause;

-- 3. Peers that still offer MODP-1024.
select initiator, count(*) as ike_sas, max(last_time) as last_seen
from 'result/ike_sas.parquet'
where list_contains(string_split(offered_ke, ', '), 'MODP-1024')
group by initiator
order by ike_sas desc, initiator;

-- 4. Rekeys that lost packets: Child SAs that replaced another, with gaps in their sequence numbers.
select c.initiator, c.responder, c.child_sa, c.rekeys, c.first_time, sum(e.missing) as missing, sum(e.packets) as packets
from 'result/child_sas.parquet' c
join 'result/esp_sas.parquet' e using (run, child_sa)
where c.rekeys is not null
group by all
having sum(e.missing) > 0
order by missing desc, c.child_sa;

-- 5. ESP loss over time, by minute: of the sequence numbers from the highest before to the highest of each bin, how many did not come in it.
with bins as (
  select time_bucket(interval 1 minute, time) as minute, packets, last_sequence,
         coalesce(lag(last_sequence) over (partition by run, esp_sa order by time), first_sequence - 1) as before
  from 'result/esp_rates.parquet'
  where last_sequence is not null
)
select minute, sum(packets) as packets, sum(greatest(last_sequence - before, 0)) as sent,
       round(100 * greatest(1 - sum(packets) / nullif(sum(greatest(last_sequence - before, 0)), 0), 0), 2) as lost_percent
from bins
group by minute
order by minute;

-- 6. Post-quantum readiness by site: tunnels whose key exchange has ML-KEM, and peers that offer it.
select responder as site, count(*) as ike_sas,
       count(*) filter (contains(ke, 'ML-KEM')) as negotiated,
       count(*) filter (contains(offered_ke, 'ML-KEM')) as offered
from 'result/ike_sas.parquet'
group by site
order by negotiated, site;

-- 7. Which algorithms carry traffic.
select coalesce(c.encr, '?') as encr, coalesce(c.integ, '-') as integ, count(distinct c.child_sa) as child_sas, sum(e.bytes) as bytes
from 'result/esp_sas.parquet' e
left join 'result/child_sas.parquet' c using (run, child_sa)
group by all
order by bytes desc, encr;

-- 8. Exchanges that needed retransmissions, by pair of peers.
select s.initiator, s.responder, x.type, count(*) as exchanges, sum(x.retransmissions) as retransmissions
from 'result/exchanges.parquet' x
join 'result/ike_sas.parquet' s using (run, ike_sa)
where x.retransmissions > 0
group by all
order by retransmissions desc, s.initiator, x.type;

-- 9. Cryptographic checks that failed, and where.
select check_id, rfc, count(*) as failed, min(capture) as first_capture, min(frame) as first_frame
from 'result/checks.parquet'
where status = 'fail'
group by check_id, rfc
order by failed desc, check_id;

-- 10. The captures to look at first.
select capture, count(*) as sas, count(*) filter (outcome in ('failed', 'no-answer')) as failed,
       count(*) filter (outcome in ('no-tunnel', 'lost', 'degraded')) as in_trouble, any_value(headline order by outcome) as headline
from 'result/verdicts.parquet'
where outcome not in ('up', 'closed', 'partial')
group by capture
order by failed desc, in_trouble desc, capture;
